"""New messages join the groups there are, without a grouping of all; a grouping of all then finds the same."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.audit.actor import Actor
from investigate.campaigns import joining
from investigate.campaigns.grouping.groups import groups_joined, groups_of
from investigate.campaigns.grouping.rarity import Rarity
from investigate.campaigns.keeping import campaigns_group, placed
from investigate.campaigns.models import Campaign, CampaignDay, CampaignMessage, CampaignWalk, Keeping
from investigate.campaigns.services import campaign_merge
from investigate.reviews.mirror import mirror_refresh
from investigate.reviews.models import MirrorKind
from tests.investigate.campaigns.conftest import LURE
from tests.investigate.campaigns.keeping import kept, partition, read, the_campaign
from tests.investigate.campaigns.made_store import store
from tests.investigate.campaigns.scoring import score
from tests.investigate.fake_api import NOW, message
from tests.investigate.reviews.reviews_api import submission

pytestmark = pytest.mark.django_db


def arrive(reviews, *messages) -> bool:
    """Let messages arrive, and the worker read the newest mail and look. Return whether it did anything."""
    reviews.add(*messages)
    CampaignWalk.objects.all().delete()
    Keeping.objects.update(tail_at=timezone.now() - timedelta(hours=2))
    read(1)
    return campaigns_group()


def variant(number, **more):
    return message(number, subject=f"Invoice {number} is overdue", scanned_at=NOW, **{**LURE, **more})


def test_new_mail_joins_its_campaign_though_a_grouping_of_all_rests(reviews, lures):
    kept()
    grouped_at, key = Keeping.objects.get().grouped_at, the_campaign().key
    Keeping.objects.update(seconds=3600.0)
    assert arrive(reviews, variant(700), message(701, subject="Lunch on Thursday, who comes?", scanned_at=NOW))
    assert Keeping.objects.get().grouped_at == grouped_at
    campaign = the_campaign()
    assert (campaign.key, campaign.size, campaign.grown_by) == (key, 4, 1)
    assert not CampaignMessage.objects.filter(waits__gt=0).exists()
    joined = CampaignMessage.objects.get(investigate_id=variant(700)["id"])
    assert joined.linked_to in lures
    before = partition()
    assert not arrive(reviews)
    Keeping.objects.update(changed_at=timezone.now())
    assert campaigns_group(now_due=True)
    assert partition() == before


def test_two_new_messages_make_a_campaign(reviews, lures):
    kept()
    other = {"edf_hash": "c" * 32, "htmltext_structure_hash": "d" * 32, "final_disposition": "MALICIOUS"}
    assert arrive(reviews, *(message(number, subject="The new shifts", scanned_at=NOW, **other) for number in (8, 9)))
    assert sorted(Campaign.objects.values_list("size", flat=True)) == [2, 3]
    new = Campaign.objects.get(size=2)
    assert (new.title, new.is_threat) == ("The new shifts", True)


def test_a_message_that_connects_two_campaigns_makes_one_of_them(reviews, lures):
    two = [
        message(number, subject="Statement of your account", replyto="pay@other.example", edf_hash="e" * 32)
        for number in (20, 21)
    ]
    reviews.add(*two)
    kept()
    sizes = dict(Campaign.objects.values_list("key", "size"))
    assert sorted(sizes.values()) == [2, 3]
    both = {**LURE, "replyto": "pay@other.example", "subject": "Statement of your account"}
    assert arrive(reviews, message(22, scanned_at=NOW, **both))
    campaign = the_campaign()
    assert (campaign.size, sizes[campaign.key]) == (6, 3)


def test_a_merge_by_hand_holds_when_mail_joins(reviews, lures):
    other = {"edf_hash": "c" * 32, "htmltext_structure_hash": "d" * 32, "final_disposition": "MALICIOUS"}
    reviews.add(*(message(number, subject="The new shifts", **other) for number in (8, 9)))
    kept()
    ann = Actor(user_id=None, username="ann", role="analyst", ip=None)
    campaign_merge(Campaign.objects.get(size=2), Campaign.objects.get(size=3), actor=ann)
    assert arrive(reviews, message(10, subject="The new shifts", scanned_at=NOW, **other))
    assert the_campaign().size == 6


def test_late_mail_waits_for_a_grouping_of_all_and_makes_it_due(reviews, lures, monkeypatch):
    monkeypatch.setattr(joining, "NEWEST", 3)
    kept()
    Keeping.objects.update(seconds=3600.0)
    late = message(700, subject="Invoice 9 is overdue", scanned_at=NOW - timedelta(days=12), **LURE)
    reviews.add(late)
    CampaignDay.objects.update(as_of=timezone.now() - timedelta(hours=25))
    read(100)
    assert not campaigns_group()
    assert partition() == {frozenset(lures)}
    keeping = Keeping.objects.get()
    assert keeping.changed_at > keeping.grouped_at
    # Of six messages one is more than a twentieth: the next grouping comes after twice the length of the last.
    Keeping.objects.update(grouped_at=timezone.now() - timedelta(hours=1.5))
    assert not campaigns_group()
    Keeping.objects.update(messages=100, grouped_at=timezone.now() - timedelta(hours=2.5))
    assert not campaigns_group()
    Keeping.objects.update(messages=6)
    assert campaigns_group()
    assert partition() == {frozenset([*lures, late["id"]])}


def test_what_was_moved_or_reported_is_counted_without_a_grouping_of_all(reviews, lures):
    kept()
    grouped_at = Keeping.objects.get().grouped_at
    Keeping.objects.update(seconds=3600.0)
    for one in reviews.messages:
        if one["id"] == lures[0]:
            one["post_delivery_operations"] = ["MOVE"]
            one["scanned_at"] = NOW.isoformat()
    assert arrive(reviews)
    assert (the_campaign().left, the_campaign().reported) == (2, 0)
    reviews.submissions = [submission(1, type="User", requested_by="anna@team.example")]
    mirror_refresh(MirrorKind.SUBMISSIONS)
    assert campaigns_group()
    assert the_campaign().reported == 1
    assert Keeping.objects.get().grouped_at == grouped_at


def test_a_worker_that_died_after_placing_leaves_it_to_the_next(reviews, lures):
    kept()
    reviews.add(variant(700))
    Keeping.objects.update(tail_at=timezone.now() - timedelta(hours=2))
    read(1)
    CampaignMessage.objects.filter(investigate_id=variant(700)["id"]).update(group=the_campaign().key)
    assert campaigns_group()
    assert the_campaign().size == 4


def test_all_are_grouped_an_hour_after_mail_joined(reviews, lures):
    kept()
    assert arrive(reviews, variant(700))
    joined_at = Keeping.objects.get().joined_at
    assert not campaigns_group()
    Keeping.objects.update(grouped_at=timezone.now() - timedelta(hours=2))
    assert campaigns_group()
    assert Keeping.objects.get().grouped_at > joined_at


@pytest.mark.parametrize("seed", [1, 2])
def test_in_parts_as_much_comes_together_as_at_once(seed):
    made = sorted(store(messages=3000, campaigns=20, seed=seed, largest=80), key=lambda one: one.traits.at)
    rows = [one.traits for one in made]
    begun = rows[:1500]
    rarity = Rarity.of(rows)
    groups = {name: key for name, (key, _linked) in placed(groups_of(begun, rarity), {}).items()}
    draw = random.Random(seed)
    at = len(begun)
    while at < len(rows):
        fresh = rows[at : at + draw.randrange(1, 200)]
        at += len(fresh)
        names = {one.id for one in fresh}
        for joined in groups_joined(rows[:at], fresh=names, groups=groups, rarity=rarity):
            key = joined.groups[0] if joined.groups else joined.members[0]
            groups |= dict.fromkeys(joined.members, key)
            groups |= {name: key for name, other in groups.items() if other in joined.groups}
    found: dict[str, list[str]] = {}
    for name, key in groups.items():
        found.setdefault(key, []).append(name)
    in_parts = score(made, found.values())
    at_once = score(made, [group.members for group in groups_of(rows)])
    assert in_parts.recall >= at_once.recall - 0.01
    assert in_parts.wrong <= at_once.wrong + 0.005
