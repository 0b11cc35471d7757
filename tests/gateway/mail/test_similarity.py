"""The MinHash of texts, and the features of a message."""

import base64
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.mail.similarity import VALUES, text_minhash
from gateway.store.features import LONGEST_VALUE, MOST_VALUES, features_of, shape

WORDS = [f"word{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(400)]


def values(text, names=()):
    found = base64.b64decode(text_minhash(text, names))
    return [found[place : place + 2] for place in range(0, len(found), 2)]


def share(one, other):
    pairs = list(zip(values(one), values(other), strict=True))
    assert len(pairs) == VALUES
    return sum(first == second for first, second in pairs) / VALUES


def shingles(words):
    return {*words, *pairwise(words)}


@settings(max_examples=40, deadline=None)
@given(st.integers(30, 150), st.integers(0, 150))
def test_the_common_values_estimate_the_common_words(common, own):
    one, other = WORDS[:common] + WORDS[150 : 150 + own // 2], WORDS[:common] + WORDS[250 : 250 + own // 2]
    true = len(shingles(one) & shingles(other)) / len(shingles(one) | shingles(other))
    assert abs(share(" ".join(one), " ".join(other)) - true) < 0.25


def test_numbers_names_addresses_links_and_quotes_do_not_count():
    text = " ".join(WORDS[:60])
    more = f"{text} 4711 www.evil.example a@b.example https://evil.example/x Weber anna\n> an old mail\n"
    assert text_minhash(more, ["Anna Weber <anna@acme.example>"]) == text_minhash(text, [])


def test_a_short_text_has_none():
    assert text_minhash("see the attachment please", []) == ""
    assert text_minhash("", []) == ""


def test_what_is_long_is_bounded():
    beginning = " ".join(WORDS * 20)[:20_000]
    assert len(values(beginning)) == VALUES
    assert text_minhash(f"{beginning} {'and other words ' * 100_000}", []) == text_minhash(beginning, [])
    links = [f"https://h{number}.a{number}.example/{'x' * 5000}/{number}" for number in range(50)]
    found = features_of(text_minhash="", links=links, attachments=[("n" * 999 + ".pdf", "0" * 64)] * 50)
    assert all(len(value) <= MOST_VALUES for value in found.values() if isinstance(value, list))
    assert all(len(entry) <= LONGEST_VALUE for value in found.values() for entry in value)


def test_features_have_shapes_of_paths_and_names():
    found = features_of(
        text_minhash="x",
        links=["https://mail.evil.co.uk/login/a8f3c991/22", "https://evil.co.uk/", "mailto:a@b.example"],
        attachments=[("Invoice_2024_17.PDF", "ab")],
    )
    assert found == {
        "text_minhash": "x",
        "link_domains": ["evil.co.uk"],
        "link_paths": ["/login/#/#"],
        "attachment_hashes": ["ab"],
        "attachment_names": ["invoice_#_#.pdf"],
    }
    assert shape("/a/verylongrandomsegmentofletters") == "/a/#"
