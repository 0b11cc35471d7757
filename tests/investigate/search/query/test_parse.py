"""Reading a query: what each text means, and where one goes wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from investigate.search.query import QueryError, parse, query_text, query_to_fields, whole_query
from investigate.search.query.operators import OPERATORS
from investigate.search.query.syntax_tree import And, Not, Or, Term

A, B, C = Term("", "a"), Term("", "b"), Term("", "c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", None),
        ("  ", None),
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a OR b AND c", Or((A, And((B, C))))),
        ("a OR b c", Or((A, And((B, C))))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("NOT a b", And((Not(A), B))),
        ("NOT NOT a", Not(Not(A))),
        ("NOT (a OR b)", Not(Or((A, B)))),
        ("and or not", And((Term("", "and"), Term("", "or"), Term("", "not")))),
        ('"a b"', Term("", "a b", True)),
        (r'"say \"hi\" \\ there"', Term("", r'say "hi" \ there', True)),
        ("from:x@acme.example", Term("from", "x@acme.example")),
        ("FROM:x", Term("from", "x")),
        ("sender:x", Term("from", "x")),
        ('subject:"pay now"', Term("subject", "pay now", True)),
        ("disposition:spam,bulk", Or((Term("disposition", "spam"), Term("disposition", "bulk")))),
        ("https://evil.example/x", Term("", "https://evil.example/x")),
        ("10:30", Term("", "10:30")),
        ("2001:db8::1", Term("", "2001:db8::1")),
        ("Re:", Term("", "Re:")),
        ("ip:2001:db8::/32", Term("ip", "2001:db8::/32")),
        ("last:7D", Term("last", "7D")),
        ("(((a)))", A),
    ],
)
def test_a_text_means_one_tree(text, tree):
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("a (b OR c", "(", "never closed"),
        ("a b)", ")", "closes nothing"),
        ("a OR", "OR", "has to follow"),
        ("OR a", "OR", "before “OR”"),
        ("a AND AND b", "AND", "has to follow"),
        ("NOT", "NOT", "has to follow"),
        ("()", "()", "nothing between these brackets"),
        ('a "b c', '"b c', "never closed"),
        ('a ""', '""', "nothing between these quotation marks"),
        ("from: acme", "from:", "without a blank"),
        ("from:", "from:", "without a blank"),
        ("from:(a OR b)", "from:", "before each value"),
        ("fom:acme", "fom:", "Did you mean “from:”"),
        ("nonsense:acme", "nonsense:", "Put quotation marks"),
        ("disposition:evil", "evil", "takes malicious, bec"),
        ("disposition:spam,evil", "spam,evil", "takes malicious"),
        ("ip:300.1.1.1", "300.1.1.1", "an IP address or a network"),
        ("url:/?", "/?", "a part of a link's address"),
        ("before:soon", "soon", "a day or a time"),
        ("after:2026-02-31", "2026-02-31", "a day or a time"),
        ("last:0d", "0d", "24h or 7d"),
        ("last:7y", "7y", "24h or 7d"),
        ("(" * 41 + "a" + ")" * 41, "(", "nested more than 40"),
        (" ".join(["a"] * 61), "a", "60 terms at most"),
    ],
)
def test_what_goes_wrong_is_pointed_at(text, where, said):
    with pytest.raises(QueryError) as wrong:
        parse(text)
    span = wrong.value.span
    assert text[span.start : span.end] == where
    assert said in wrong.value.said


@pytest.mark.parametrize(
    ("text", "fixed"),
    [("a (b OR c", "a (b OR c)"), ('a "b c ', 'a "b c"'), ("x fom:acme OR y", "x from:acme OR y")],
)
def test_what_can_be_put_right_is_offered(text, fixed):
    with pytest.raises(QueryError) as wrong:
        parse(text)
    assert wrong.value.fixed == fixed
    parse(fixed)


@given(st.text(alphabet='ab:"()\\* \tANDORfrom7d-.@', max_size=60))
def test_any_text_is_read_or_pointed_at(text):
    assert 0 <= wrong_from(text) <= len(text)


def wrong_from(text: str) -> int:
    """Return where the text goes wrong, 0 where it does not."""
    try:
        parse(text)
    except QueryError as error:
        return error.span.start if error.span.start <= error.span.end <= len(text) else -1
    return 0


VALUES = st.text(alphabet='ab.@*"()\\ é:', min_size=1, max_size=8).map(str.strip).filter(bool)
CHOICES = {name: [choice.word for choice in operator.choices] for name, operator in OPERATORS.items()}
TERMS = st.one_of(
    st.builds(Term, st.sampled_from(["from", "to", "domain", "subject", "attachment", "reason"]), VALUES),
    st.sampled_from([Term(name, word) for name, words in CHOICES.items() for word in words]),
    st.sampled_from([Term("ip", "192.0.2.0/24"), Term("", "word"), Term("", "two words", True)]),
)
TREES = st.recursive(
    TERMS, lambda inner: st.builds(Or, st.tuples(inner, inner)) | st.builds(And, st.tuples(inner, inner)), max_leaves=6
)


def spelled(node) -> str:
    if isinstance(node, Term):
        value = node.value.replace("\\", "\\\\").replace('"', '\\"')
        return (f"{node.operator}:" if node.operator else "") + f'"{value}"'
    joint = " AND " if isinstance(node, And) else " OR "
    return "(" + joint.join(map(spelled, node.parts)) + ")"


@given(TREES)
def test_bar_and_form_say_the_same(tree):
    """What the fields and the rest of the text say is one query, and writing it twice changes nothing."""
    found = query_to_fields(spelled(tree))
    text = query_text(found.text, found.values)
    again = query_to_fields(text)
    assert query_text(again.text, again.values) == text
    assert whole_query(again.text, again.values) == whole_query(found.text, found.values)


def test_each_part_goes_into_its_field():
    found = query_to_fields(
        'from:a.example subject:pay subject:now disposition:spam,bulk spf:fail last:7d x "y z" has:attachment'
    )
    assert found.values == {
        "sender": "a.example",
        "subject": "pay now",
        "disposition": ["SPAM", "BULK"],
        "spf": "fail",
        "has": "attachment",
    }
    assert (found.text, found.last) == ('x "y z"', "7d")


def test_what_no_field_can_say_stays_text():
    text = 'subject:"pay now" from:a OR from:b'
    assert query_to_fields(text).values == {}
    assert query_to_fields(text).text == text
    assert query_text("a OR b", {"sender": "c.example"}) == "(a OR b) from:c.example"


@pytest.mark.parametrize("hostile", ['a"b', "x OR y", "from:z", "(", "a\\", "*", "NOT", '"><script>', "2001:db8::1"])
def test_text_of_mail_in_a_field_is_only_text(hostile):
    tree = whole_query("", {"sender": hostile})
    assert isinstance(tree, Term)
    assert tree.value == hostile
    assert whole_query(query_text("", {"sender": hostile}), {}) == whole_query("", {"sender": hostile})
