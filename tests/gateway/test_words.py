"""Words: how text is cut, and how the index spells it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.search import words


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("Invoice 4471: overdue!", ["invoice", "4471", "overdue"]),
        ("billing@acme-pay.example", ["billing", "acme", "pay", "example"]),
        ("STRASSE Straße", ["strasse", "strasse"]),
        ("invoice_4471.pdf", ["invoice", "4471", "pdf"]),
        ("发票 逾期", ["发", "票", "逾", "期"]),
        ("ｆｕｌｌ width", ["full", "width"]),
        ("won 🎉 €5", ["won", "🎉", "€", "5"]),
        ("<script>", ["script"]),
        ("--- !!! ...", []),
    ],
)
def test_text_is_cut_into_folded_words(text, cut):
    assert words.words(text) == cut


@given(st.text(min_size=1, max_size=60))
def test_a_spelling_is_one_word_of_letters(text):
    for word in words.words(text):
        assert re.fullmatch(r"[a-z]{1,100}", words.spelling(word))
        assert words.spelling(word) != "zz"


@given(st.lists(st.text(alphabet="abxyz0189é发", min_size=1, max_size=6), min_size=2, max_size=2, unique=True))
def test_two_words_have_two_spellings(pair):
    first, second = (words.words(text) for text in pair)
    if first != second:
        assert [words.spelling(word) for word in first] != [words.spelling(word) for word in second]


def test_long_words_differ_where_their_ends_do():
    assert words.spelling("a" * 500 + "b") != words.spelling("a" * 500 + "c")
    assert len(words.spelling("a" * 5000)) < 100


def test_exact_keys_fold_case_and_keep_kinds_apart():
    assert words.key("sender", "A@X.example") == words.key("sender", "a@x.example")
    assert words.key("sender", "a@x.example") != words.key("recipient", "a@x.example")


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("pass\u00adword re\u200bset", "password reset"),
        ("\u0130STANBUL ISPARTA", "istanbul \u0131sparta"),
        ("송장이 도착", "송장"),
        ("Café Résumé Ångström", "cafe resume angstrom"),
        ("cafe", "café"),
        ("كتـــاب مُحَمَّد", "كتاب محمد"),
        ("שָׁלוֹם", "שלום"),
        ("e\u0301tat", "\u00e9tat"),
    ],
)
def test_what_people_type_is_in_what_was_written(written, typed):
    here, sought = words.words(written), words.words(typed)
    assert any(here[at : at + len(sought)] == sought for at in range(len(here)))


@pytest.mark.parametrize(("one", "other"), [("кофе", "кафе"), ("ガ", "カ"), ("ป่า", "ป้า"), ("ø", "o"), ("송장", "공장")])
def test_letters_that_are_others_stay_others(one, other):
    assert words.words(one) != words.words(other)
