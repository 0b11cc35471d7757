"""The dialect of content policies: what it has, what it refuses and where, and the switch for exact words."""

import random
import re

import pytest

from policy_patterns.content import STEPS_AT_MOST, check_content_expression
from policy_patterns.dialect import NotInDialect, alternatives
from policy_patterns.exact_words import has_exact_words, with_exact_words, without_exact_words
from policy_patterns.expressions import compiled, words_in

ACCEPTED = [
    "pay",
    "gift cards?",
    r"urgent.*payroll.*update",
    r"^re: \d{4}$",
    r"\bpay\b|\bpaid\b",
    r"[abc][^abc][a-z0-9_-]",
    r"[\d\s.-]{2,5}",
    r"IBAN \w{2}\d{2}",
    r"a{0,50}b{50}",
    r"\$\d+\.\d\d",
    r"\(urgent\) \[now\] \{1\}",
    r"[\]\\\-\[]",
    r"[a^b$|.*(]",
    "Zürich|東京",
    "]}-",
    "a-b",
]

# What is refused, the character at which that is, from 1, and a word that the sentence must have.
REFUSED = [
    ("(a|b)", 1, "a group"),
    ("pay(ment)?", 4, "a group"),
    ("a)", 2, "a group's end"),
    ("(?:a)", 1, "a group"),
    ("(?i)a", 1, "an inline flag"),
    ("a(?=b)", 2, "a lookahead"),
    ("(?<!a)b", 1, "a lookbehind"),
    ("(?<n>a)", 1, "named group"),
    (r"a\D", 2, r"\D"),
    (r"\W", 1, r"\W"),
    (r"\B", 1, r"\B"),
    (r"x\t", 2, r"\t"),
    (r"\x41", 1, r"\x"),
    (r"\pL", 1, r"\p"),
    (r"\Aa", 1, r"\A"),
    (r"\1", 1, r"\1"),
    ("\\é", 1, "\\é"),
    ("a\\", 2, "backslash"),
    ("a*?", 3, "?"),
    ("a++", 3, "+"),
    ("a{2}{3}", 5, "{"),
    ("*a", 1, "*"),
    ("a|+b", 3, "+"),
    (r"\b+", 3, r"\b"),
    ("^*", 2, "^"),
    ("a{2,}", 2, "{2,}"),
    ("a{,2}", 2, "count"),
    ("a{51}", 2, "{51}"),
    ("a{1,51}", 2, "{1,51}"),
    ("a{999999999}", 2, "{999999999}"),
    ("a{3,2}", 2, "backwards"),
    ("a{x}", 2, "count"),
    ("{", 1, "{"),
    ("[", 1, "]"),
    ("[]", 1, "without characters"),
    ("[^]", 1, "without characters"),
    ("[a", 1, "closing"),
    ("[a-", 1, "closing"),
    ("[z-a]", 2, "z-a"),
    (r"[a-\d]", 2, "range"),
    (r"[\w-z]", 2, "range"),
    ("[[:alpha:]]", 2, "class within"),
    ("[a&&b]", 3, "&&"),
    (r"[\b]", 2, r"\b"),
    (r"[\D]", 2, r"\D"),
    ("", 1, "empty alternative"),
    ("a|", 2, "empty alternative"),
    ("|a", 1, "empty alternative"),
    ("a||b", 2, "empty alternative"),
]


@pytest.mark.parametrize("expression", ACCEPTED)
def test_what_the_dialect_has_is_taken_and_is_an_expression_of_re2(expression):
    check_content_expression(expression)
    assert "|".join("".join(one.text for one in parts) for parts in alternatives(expression)) == expression
    compiled(expression)


@pytest.mark.parametrize(("expression", "place", "named"), REFUSED)
def test_what_it_does_not_have_is_refused_by_name_and_place(expression, place, named):
    with pytest.raises(NotInDialect) as refusal:
        check_content_expression(expression)
    assert refusal.value.at + 1 == place
    assert named in str(refusal.value)


def test_any_text_is_read_or_refused_and_never_anything_else():
    chance = random.Random(7)
    letters = r"ab0 .*+?{},|^$[]()\-dwsbDWé&:=<"
    read, places = 0, []
    for _ in range(20_000):
        expression = "".join(chance.choice(letters) for _ in range(chance.randrange(1, 12)))
        try:
            alternatives(expression)
        except NotInDialect as refusal:
            places.append(refusal.at / len(expression))
            continue
        read += 1
        # What is read means the same to RE2 and to another engine of the same family.
        meant = re.compile(expression, re.IGNORECASE | re.ASCII)
        text = "".join(chance.choice("ab0 .d-é\\") for _ in range(20))
        assert bool(compiled(expression).search(text)) == bool(meant.search(text)), (expression, text)
    assert read > 1_000
    assert all(0 <= place < 1 for place in places)


def test_counts_add_up_to_a_bounded_program():
    check_content_expression("[^z]{50}" * 10)
    with pytest.raises(NotInDialect, match=f"and {STEPS_AT_MOST:,} at most"):
        check_content_expression("[^z]{50}" * 40)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("pay", r"\bpay\b"),
        ("pay|paid", r"\bpay\b|\bpaid\b"),
        ("pay day", r"\bpay day\b"),
        ("pa[iy]d?", r"\bpa[iy]d?\b"),
        (r"\d{2,4}x|a[|]b", r"\b\d{2,4}x\b|\ba[|]b\b"),
    ],
)
def test_exact_words_stand_between_boundaries_and_are_read_back(typed, sent):
    assert with_exact_words(typed) == sent
    assert with_exact_words(sent) == sent
    assert has_exact_words(sent)
    assert not has_exact_words(typed)
    assert without_exact_words(sent) == typed
    check_content_expression(sent)


def test_an_exact_word_is_no_part_of_another():
    expression = with_exact_words("pay|paid")
    assert words_in(expression, "PAY now, or be paid", most=5) == ["PAY", "paid"]
    assert words_in(expression, "payment payable repay unpaid_bills", most=5) == []


@pytest.mark.parametrize(("typed", "place"), [(r"\$5", 1), ("pay!", 4), ("pay|äpfel", 5), ("^pay", 1), (r"a|\?", 3)])
def test_what_has_no_boundary_beside_it_is_no_exact_word(typed, place):
    with pytest.raises(NotInDialect, match="exact word") as refusal:
        with_exact_words(typed)
    assert refusal.value.at + 1 == place


@pytest.mark.parametrize("expression", ["pay", r"\bpay", r"\bpay\b|paid", r"\b", r"(\bpay\b)", r"\bpay\b+", r"\b\$5\b"])
def test_other_expressions_are_shown_as_they_are(expression):
    assert without_exact_words(expression) == expression


def test_different_words_are_told_bounded_in_number_and_length():
    assert words_in("a+", "a AA aa b a" + " aaa" * 10, most=3) == ["a", "AA", "aaa"]
    assert [len(word) for word in words_in("a+", "a" * 5_000, most=2)] == [200]
    assert words_in("z", "a" * 1_000_001 + "z", most=2) == []
