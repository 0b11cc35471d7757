"""The template of several texts: what is fixed and what varies."""

from hypothesis import given, settings
from hypothesis import strategies as st

from investigate.campaigns.template import TEXTS_AT_MOST, WORDS_AT_MOST, Part, template_of
from investigate.campaigns.text import text_of


def test_fixed_words_stand_once_and_varying_ones_are_marked():
    found = template_of(["Dear Anna, pay invoice 12 now", "Dear Ben, pay invoice 77 now", "Dear Anna, pay invoice now"])
    assert found.parts == (
        Part("Dear"),
        Part("Anna,", varies=True, others=("Ben,",)),
        Part("pay invoice"),
        Part("12", varies=True, others=("77",)),
        Part("now"),
    )
    assert (found.texts, found.is_cut) == (3, False)


def test_words_that_only_others_have_are_shown():
    found = template_of(["pay now", "please pay it now"])
    assert found.parts == (
        Part("", varies=True, others=("please",)),
        Part("pay"),
        Part("", varies=True, others=("it",)),
        Part("now"),
    )


WORDS = st.lists(st.sampled_from(["pay", "now", "Anna", "1", "please"]), max_size=12)


@settings(max_examples=80, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=5))
def test_the_parts_are_the_first_text_and_each_fixed_part_is_in_all(texts):
    found = template_of([" ".join(words) for words in texts])
    assert " ".join(part.text for part in found.parts if part.text).split() == texts[0]
    for part in found.parts:
        if not part.varies:
            for words in texts:
                rest = iter(words)
                assert all(word in rest for word in part.text.split())


def test_what_is_compared_is_bounded():
    found = template_of(["word " * (WORDS_AT_MOST + 50)] * (TEXTS_AT_MOST + 3))
    assert found.texts == TEXTS_AT_MOST
    assert found.is_cut
    assert len(found.parts[0].text.split()) == WORDS_AT_MOST


def test_the_text_of_a_source_is_its_plain_part_or_that_of_its_html():
    head = "Subject: x\nMIME-Version: 1.0\nContent-Type: "
    assert text_of(f"{head}text/plain; charset=utf-8\n\nHello Anna").strip() == "Hello Anna"
    html = f"{head}text/html\n\n<style>p{{}}</style><p>Pay</p><script>x()</script><p>now</p>"
    assert text_of(html).split() == ["Pay", "now"]
    assert text_of(f"{head}application/pdf\n\nAAAA") == ""
    assert text_of(f"{head}text/plain; charset=punycode\n\nabc").strip() == "abc"
    assert text_of("") == ""
