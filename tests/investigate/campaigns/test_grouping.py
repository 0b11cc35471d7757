"""How messages are grouped: how well, on what evidence, and that only the set of them matters."""

import base64
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.mail.similarity import text_minhash
from investigate.campaigns.grouping.evidence import belong_together, evidence_of, text_share
from investigate.campaigns.grouping.groups import groups_of
from investigate.campaigns.grouping.rarity import Rarity
from investigate.campaigns.grouping.traits import Traits, subject_template
from tests.investigate.campaigns.made_store import store
from tests.investigate.campaigns.scoring import score

START = datetime(2026, 10, 1, tzinfo=UTC)
LURE = (
    "Your mailbox is nearly full. To keep receiving mail you have to confirm the account with the button below, or all"
    " stored messages are removed within one day. Ask the service desk in the main building if the page does not open."
)


@pytest.fixture(scope="module")
def made():
    return store(messages=2500, campaigns=60, seed=11, largest=60)


@pytest.fixture(scope="module")
def groups(made):
    return groups_of(one.traits for one in made)


def test_campaigns_are_found_among_other_mail(made, groups):
    found = score(made, [group.members for group in groups])
    assert found.recall >= 0.95
    assert found.poor <= 5
    assert found.wrong <= 0.01
    assert found.campaign_wrong <= 0.01


def test_mail_that_belongs_to_nothing_is_in_no_group(made, groups):
    letters = {one.traits.id for one in made if one.label.startswith("letter")}
    grouped = {name for group in groups for name in group.members}
    assert len(letters & grouped) <= len(letters) / 100


def test_each_message_is_linked_to_one_of_its_group_and_what_they_share_is_true(made, groups):
    by_id = {one.traits.id: one.traits for one in made}
    rarity = Rarity.of(list(by_id.values()))
    for group in groups:
        oldest = min(group.members, key=lambda name: (by_id[name].at, name))
        assert set(group.links) == set(group.members) - {oldest}
        for name, other in group.links.items():
            one, linked = by_id[name], by_id[other]
            assert other in group.members
            assert belong_together(one, linked, rarity)
            for entry in evidence_of(one, linked):
                if entry.kind == "text":
                    assert one.text == linked.text or entry.share == text_share(one, linked) > 0
                else:
                    for traits in (one, linked):
                        value = getattr(traits, entry.kind)
                        assert entry.value in ((value,) if isinstance(value, str) else value)


def test_the_order_of_messages_does_not_matter(made, groups):
    shuffled = [one.traits for one in made]
    random.Random(5).shuffle(shuffled)
    assert groups_of(shuffled) == groups


FEW = st.sampled_from(["", "a", "b", "c"])
SETS = st.lists(st.sampled_from(["x", "y", "z"]), max_size=2, unique=True).map(tuple)
TEXTS = [LURE, LURE.replace("mailbox", "account"), f"{LURE} {LURE[::-1]}", "short"]
MANY = st.lists(
    st.builds(
        dict,
        text=FEW,
        structure=FEW,
        subject=FEW,
        reply_to=FEW,
        sender=FEW,
        ip=FEW,
        hosts=SETS,
        files=SETS,
        is_threat=st.booleans(),
        minhash=st.sampled_from(TEXTS).map(lambda text: base64.b64decode(text_minhash(text, []))),
        minutes=st.integers(0, 5),
    ),
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(MANY, st.randoms(use_true_random=False))
def test_what_comes_late_or_twice_gives_the_same_groups(rows, rng):
    messages = [
        Traits(id=f"m{number}", at=START + timedelta(minutes=row.pop("minutes")), **row)
        for number, row in enumerate(rows)
    ]
    expected = groups_of(messages)
    later = [*messages, *messages[:3]]
    rng.shuffle(later)
    assert groups_of(later) == expected
    members = [name for group in expected for name in group.members]
    assert len(members) == len(set(members))


def one(key, **traits):
    return Traits(id=key, at=START, **traits)


def minhash(text):
    return base64.b64decode(text_minhash(text, []))


def together(*messages):
    return {frozenset(group.members) for group in groups_of(messages)}


def test_a_text_that_is_nearly_the_same_is_enough():
    pair = (one("a", minhash=minhash(LURE)), one("b", minhash=minhash(LURE.replace("desk", "team"))))
    assert together(*pair) == {frozenset("ab")}


def test_a_short_text_that_is_the_same_is_not_enough():
    assert together(one("a", text="5a"), one("b", text="5a")) == set()
    assert together(one("a", text="5a", ip="192.0.2.1"), one("b", text="5a", ip="192.0.2.1")) == {frozenset("ab")}


def test_one_sender_with_the_same_html_is_not_a_campaign():
    same = {"structure": "s", "sender": "news@a.example", "ip": "192.0.2.1", "name": "a", "hosts": ("click.example",)}
    assert together(one("a", **same), one("b", **same)) == set()


def test_the_same_links_and_html_are_a_campaign_of_threats_only():
    same = {"structure": "s", "hosts": ("evil.example",), "paths": ("/login/#",)}
    assert together(one("a", **same), one("b", **same)) == set()
    threats = (one("a", is_threat=True, **same), one("b", is_threat=True, **same))
    assert together(*threats) == {frozenset("ab")}


def test_what_half_of_all_mail_has_ties_nothing():
    same = {"subject": "weekly report", "files": ("f",), "structure": "s"}
    rare = [one("a", **same), one("b", **same)]
    assert together(*rare) == {frozenset("ab")}
    assert together(*rare, *(one(f"n{number}", files=("f",), structure="s") for number in range(2000))) == set()


def test_a_subject_loses_numbers_names_and_prefixes():
    names = ["anna.weber@acme.example", "Anna Weber"]
    assert subject_template("Re: AW: Invoice 4471 for Anna is overdue", names) == "invoice for is overdue"
    assert subject_template("Hello", []) == ""
