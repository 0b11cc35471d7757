"""Sharing a query between the API and the console finds what testing every message would find."""

import base64
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api_client import Client
from api_client.models import Detections, Message
from investigate.search.client_side_filter import CallBudget, FilterPosition, find
from investigate.search.query import KnownMessage, QueryError, parse, plan_of, query_matches
from investigate.search.query.operators import OPERATORS
from investigate.search.query.syntax_tree import And, Node, Not, Or, Term
from tests.investigate.fake_api import ACCOUNT, FakeApi, detections, message

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
BUDGETS = {
    "whole pages": CallBudget(pages=50, per_page=1000, details=1000),
    "small steps": CallBudget(pages=1, per_page=3, details=1),
}
WORDS = ["invoice", "pay", "now", "acme", "é", "報告"]
DOMAINS = ["acme.example", "mail.acme.example", "other.example"]
ADDRESSES = [f"{name}@{domain}" for name in ("anna", "billing") for domain in DOMAINS]
IPS = ["192.0.2.7", "192.0.2.77", "2001:db8::1"]
LINK = "https://xn--kln-sna.test/pay%20now/login.php?id=3"
HASHES = ["ab" * 32, "cd" * 16]
SUBJECTS = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)


@st.composite
def mails(draw, number):
    """Return a message and its detail; the words of attachments occur nowhere else."""
    at = NOW - timedelta(hours=draw(st.integers(0, 24 * 40)))
    made = message(
        number,
        scanned_at=at,
        subject=draw(SUBJECTS),
        envelope_from=draw(st.sampled_from(ADDRESSES)),
        client_recipients=draw(st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=2)),
        final_disposition=draw(st.sampled_from(["MALICIOUS", "MALICIOUS-BEC", "SPAM", "NONE"])),
        delivery_status=draw(st.lists(st.sampled_from(["delivered", "quarantined", "moved"]), max_size=2)),
        post_delivery_operations=draw(st.lists(st.sampled_from(["MOVE", "QUARANTINE_RELEASE"]), max_size=2)),
        detection_reasons=[draw(SUBJECTS)],
        smtp_previous_hop_ip=draw(st.sampled_from(IPS)),
        validation={"spf": draw(st.sampled_from(["pass", "fail"])), "dkim": "none", "dmarc": None},
        edf_hash=draw(st.sampled_from(["e1", None])),
        **{"from": draw(st.sampled_from(ADDRESSES)), "from_name": draw(SUBJECTS)},
    )
    found = detections(
        attachments=[
            {"size": 1, "filename": name, "sha256": draw(st.sampled_from(HASHES))}
            for name in draw(st.lists(st.sampled_from(["report.html", "scan.pdf"]), max_size=1))
        ],
        links=[
            {"href": address}
            for address in draw(st.lists(st.sampled_from(["https://www.link.example/x", LINK]), max_size=2))
        ],
    )
    return made, found


CHOICES = [Term(name, choice.word) for name, operator in OPERATORS.items() for choice in operator.choices]
TERMS = st.one_of(
    st.sampled_from([term for term in CHOICES if term.operator != "is"]),
    st.builds(partial(Term, "subject"), st.sampled_from([*WORDS, "pa*", "pay now", "*"]), is_quoted=st.booleans()),
    st.builds(partial(Term, "reason"), st.sampled_from([*WORDS, "in*"])),
    st.builds(
        Term, st.sampled_from(["from", "to"]), st.sampled_from([*ADDRESSES, *DOMAINS, "acme", "*@acme.example", "a*"])
    ),
    st.builds(partial(Term, "domain"), st.sampled_from([*DOMAINS, "link.example", "*.example"])),
    st.builds(
        partial(Term, "url"), st.sampled_from(["login.php", "hxxps://köln[.]test/", LINK, "*.php", "link.example"])
    ),
    st.builds(partial(Term, "ip"), st.sampled_from([*IPS, "192.0.2.0/26"])),
    st.builds(partial(Term, "attachment"), st.sampled_from(["report", "*.html", "scan.pdf"])),
    st.builds(partial(Term, "hash"), st.sampled_from(HASHES)),
    st.builds(partial(Term, "last"), st.sampled_from(["2d", "2w"])),
    st.builds(Term, st.sampled_from(["before", "after"]), st.sampled_from(["2026-03-10", "2026-03-18T12:00+01:00"])),
    st.builds(partial(Term, "edf"), st.just("e1")),
    st.builds(partial(Term, ""), st.sampled_from([*WORDS, "pay now", "inv*"]), is_quoted=st.booleans()),
)
TREES: st.SearchStrategy[Node] = st.recursive(
    TERMS,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple))
        | st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple))
    ),
    max_leaves=6,
)
# A word with a blank and without quotation marks can't be written.
FITTING = TREES.filter(lambda tree: parse_back(tree) == tree)


def parse_back(tree: Node) -> Node | None:
    return tree if all(not term.has_blank or term.is_quoted for term in _terms(tree)) else None


def _terms(tree: Node):
    if isinstance(tree, Term):
        return [tree]
    parts = (tree.part,) if isinstance(tree, Not) else tree.parts
    return [term for part in parts for term in _terms(part)]


def walked(api: FakeApi, tree: Node, budget: CallBudget) -> list[str]:
    """Return the ids that planner and walk find, step by step, each page with two rows."""
    plan = plan_of(tree, now=NOW, extensions=api.extensions)
    filters = {"start": plan.start or NOW - timedelta(days=60), "end": plan.end or NOW, **plan.filters}
    with Client(
        base_url="http://fake.invalid/client/v4",
        account_id=ACCOUNT,
        token="fake-token",
        transport=httpx.MockTransport(api.handle),
    ) as client:
        if plan.rest is None:
            return [row.id for row in client.investigate.iterate(**filters)]
        ids, place = [], FilterPosition()
        for _ in range(400):
            found = find(client, filters=filters, rest=plan.rest, now=NOW, place=place, budget=budget, wanted=2)
            ids += [row.id for row in found.messages]
            if found.next is None:
                assert found.is_complete
                return ids
            place = FilterPosition.parse(str(found.next.new_page() if found.is_full else found.next))
    raise AssertionError("the walk has no end")


@settings(deadline=None, max_examples=150)
@given(
    tree=FITTING,
    mail=st.lists(st.integers(1, 12), max_size=12, unique=True).flatmap(lambda ns: st.tuples(*map(mails, ns))),
    steps=st.sampled_from(sorted(BUDGETS)),
    extensions=st.sampled_from([set(), {"url"}]),
)
def test_planner_and_walk_find_what_testing_every_message_finds(tree, mail, steps, extensions):
    api = FakeApi()
    api.extensions = extensions
    for made, detail in mail:
        api.add(made)
        api.details[made["id"]] = detail
    naive = [
        made["id"]
        for made in api.messages
        if query_matches(tree, KnownMessage(Message(**made), NOW, Detections(**api.details[made["id"]])))
    ]
    assert walked(api, tree, BUDGETS[steps]) == naive


DISPOSITIONS = ["MALICIOUS", "MALICIOUS-BEC", "SUSPICIOUS", "SPOOF", "SPAM", "BULK", "NONE"]
STATES = ["quarantined", "delivered", "moved", "rejected", "deferred", "bounced", "queued", "move_failed"]
DONE = ["MOVE", "QUARANTINE_RELEASE", "SUBMISSION", "PREVIEW"]


@pytest.mark.parametrize("term", [term for term in CHOICES if term != Term("is", "reported")], ids=str)
def test_each_choice_means_the_same_here_and_at_the_api(term):
    api = FakeApi()
    for number in range(1, 25):
        made = message(
            number,
            scanned_at=NOW - timedelta(hours=number),
            final_disposition=DISPOSITIONS[number % 7],
            delivery_status=[STATES[number % 8]],
            post_delivery_operations=[DONE[number % 4]],
            validation=dict.fromkeys(
                ("spf", "dkim", "dmarc"), ["pass", "fail", "none", "neutral", "error"][number % 5]
            ),
        )
        api.add(made)
        api.details[made["id"]] = detections(attachments=[{"size": 1}] if number % 2 else [])
    naive = [
        made["id"]
        for made in api.messages
        if query_matches(term, KnownMessage(Message(**made), NOW, Detections(**api.details[made["id"]])))
    ]
    assert walked(api, term, BUDGETS["whole pages"]) == naive
    assert naive or term.value == "link"


@pytest.mark.parametrize(
    ("text", "filters", "is_whole"),
    [
        ("pay now", {"query": "pay now"}, True),
        ('"pay now"', {"query": "pay now"}, False),
        ("from:acme.example", {"sender": "acme.example"}, True),
        ("from:*@acme.example", {"sender": "acme.example"}, True),
        ("from:a@x.example OR from:b@x.example", {"sender": ["a@x.example", "b@x.example"]}, True),
        ("from:acme", {}, False),
        ("disposition:spam OR disposition:bulk", {"final_disposition": ["SPAM", "BULK"]}, True),
        ("disposition:bec", {"final_disposition": "MALICIOUS"}, False),
        ("disposition:clean status:held", {"final_disposition": "NONE", "delivery_status": "quarantined"}, True),
        ("NOT disposition:spam", {}, False),
        ("from:a.example from:b.example", {"sender": "a.example"}, False),
        ("ip:192.0.2.7", {"query": "192.0.2.7"}, False),
        ("ip:2001:db8::1", {}, False),
        ("is:reported", {"submissions": True}, True),
    ],
)
def test_what_the_api_can_filter_is_sent(text, filters, is_whole):
    plan = plan_of(parse(text), now=NOW)
    assert {name: value for name, value in plan.filters.items() if name != "detections_only"} == filters
    assert (plan.rest is None) == is_whole


@pytest.mark.parametrize(
    ("text", "filters", "is_whole"),
    [
        ("url:login.php", {"url": "login.php"}, True),
        ('url:"a b"', {"url": "a b"}, True),
        ("url:a.test OR url:b.test", {"url": ["a.test", "b.test"]}, True),
        ("url:a.test url:b.test", {"url": "a.test"}, False),
        ("url:*.php", {}, False),
        ("NOT url:login.php", {}, False),
    ],
)
def test_an_extension_is_sent_only_to_an_api_that_has_it(text, filters, is_whole):
    plan = plan_of(parse(text), now=NOW, extensions={"url"})
    assert {name: value for name, value in plan.filters.items() if name != "detections_only"} == filters
    assert (plan.rest is None) == is_whole
    without = plan_of(parse(text), now=NOW)
    assert "url" not in without.filters
    assert without.rest == parse(text)
    assert without.needs_detail


def test_time_becomes_the_range():
    plan = plan_of(parse("after:2026-03-01 before:2026-03-10T12:00+01:00 last:7d"), now=NOW)
    assert plan.rest is None
    assert plan.start == NOW - timedelta(days=7)
    assert plan.end == datetime(2026, 3, 10, 10, 59, 59, 999999, tzinfo=UTC)


def test_what_people_reported_is_other_mail_so_it_stands_alone():
    with pytest.raises(QueryError, match="can't stand with OR"):
        plan_of(parse("x OR is:reported"), now=NOW)


@pytest.mark.parametrize(
    "forged", ["x", "e30x", base64.urlsafe_b64encode(b"[1]").decode(), base64.urlsafe_b64encode(b'{"l":-1}').decode()]
)
def test_a_place_that_nobody_gave_out_is_refused(forged):
    with pytest.raises((ValueError, TypeError)):
        FilterPosition.parse(forged)


def test_a_place_comes_back_as_it_was():
    place = FilterPosition(
        cursor="abc", after="x", until=NOW.isoformat(), shown=3, looked=70, open=4, read=2, untold=1, since=9
    )
    assert FilterPosition.parse(str(place)) == place
