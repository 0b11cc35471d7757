"""Reading mail and keeping campaigns up to date: any order, late mail, mail that is gone, and failures."""

from datetime import timedelta

import pytest
from django.utils import timezone

from investigate.campaigns import keeping
from investigate.campaigns.keeping import campaigns_group
from investigate.campaigns.models import Campaign, CampaignDay, CampaignMessage, CampaignWalk, Keeping
from investigate.campaigns.reading import DAYS, keeping_of, reading_start
from tests.investigate.campaigns.conftest import LURE
from tests.investigate.campaigns.keeping import kept, partition, read, the_campaign
from tests.investigate.fake_api import NOW, message, refusal

pytestmark = pytest.mark.django_db


def test_mail_that_belongs_together_is_a_campaign(lures):
    assert kept()
    assert partition() == {frozenset(lures)}
    campaign = the_campaign()
    assert (campaign.size, campaign.left, campaign.is_threat) == (3, 3, True)
    assert campaign.dispositions == {"MALICIOUS": 3}
    assert campaign.title == "Invoice 3 is overdue"
    assert CampaignMessage.objects.count() == 5


def test_each_day_is_read_once_and_then_nothing_is_due(lures):
    assert read(100) == DAYS + 1
    assert CampaignDay.objects.count() == DAYS
    assert not CampaignWalk.objects.exclude(state="done").exists()
    CampaignDay.objects.update(as_of=timezone.now() - timedelta(hours=25))
    assert read(100) == DAYS


def test_only_one_walk_runs_at_a_time(lures):
    assert reading_start() is not None
    assert reading_start() is None


def test_late_mail_gives_what_all_at_once_would_have_given(reviews, lures):
    kept()
    key = the_campaign().key
    late = message(700, subject="Invoice 9 is overdue", scanned_at=NOW - timedelta(days=12), **LURE)
    reviews.add(late)
    CampaignDay.objects.update(as_of=timezone.now() - timedelta(hours=25))
    assert kept(100)
    assert partition() == {frozenset([*lures, late["id"]])}
    campaign = the_campaign()
    assert (campaign.key, campaign.grown_by) == (key, 1)
    assert campaign.first_at == NOW - timedelta(days=12)
    Campaign.objects.all().delete()
    CampaignMessage.objects.all().delete()
    CampaignDay.objects.all().delete()
    kept(100)
    assert partition() == {frozenset([*lures, late["id"]])}


def test_mail_that_the_api_has_no_more_leaves_its_campaign(reviews, lures):
    kept()
    reviews.messages = [one for one in reviews.messages if one["id"] in lures[:2] or one["id"] not in lures]
    CampaignDay.objects.update(as_of=timezone.now() - timedelta(hours=25))
    assert kept(100)
    assert partition() == {frozenset(lures[:2])}
    reviews.messages = [one for one in reviews.messages if one["id"] not in lures[1:]]
    CampaignDay.objects.update(as_of=timezone.now() - timedelta(hours=25))
    assert kept(100)
    assert partition() == set()
    assert not Campaign.objects.exists()
    assert not CampaignMessage.objects.exclude(joined_at=None).exists()


def test_a_verdict_that_changed_is_counted(reviews, lures):
    kept()
    for one in reviews.messages:
        one["final_disposition"] = "NONE"
    CampaignDay.objects.update(as_of=timezone.now() - timedelta(hours=25))
    assert kept(100)
    assert the_campaign().dispositions == {"NONE": 3}
    assert not the_campaign().is_threat


def test_nothing_is_grouped_again_before_something_changes(lures):
    assert kept()
    assert not campaigns_group(now_due=True)
    CampaignDay.objects.update(as_of=timezone.now() - timedelta(hours=25))
    assert not kept(100)


def test_a_grouping_rests_ten_times_its_own_length(lures):
    kept()
    Keeping.objects.update(seconds=60.0, changed_at=timezone.now())
    assert not campaigns_group()
    Keeping.objects.update(grouped_at=timezone.now() - timedelta(seconds=601))
    assert campaigns_group()


def test_one_process_groups_and_a_lost_one_is_replaced(lures):
    read()
    Keeping.objects.update(lease_until=timezone.now() + keeping.LEASE)
    assert not campaigns_group(now_due=True)
    Keeping.objects.update(lease_until=timezone.now())
    assert campaigns_group(now_due=True)
    assert keeping_of().lease_until is None


def test_a_grouping_that_broke_off_is_done_again(lures, django_db_blocker):
    read()
    rows = CampaignMessage.objects.filter(investigate_id=lures[0])
    rows.update(group="0" * 16, linked_to="gone")
    assert campaigns_group(now_due=True)
    assert partition() == {frozenset(lures)}


def test_an_api_that_fails_is_asked_again_later(reviews, lures):
    reviews.broken = {"GET ": refusal(403)}
    assert read(1) == 1
    assert reading_start() is None
    assert not CampaignMessage.objects.exists()
