"""Automations that act on campaigns: with the caution of the sheet, whole or not at all, and within the limits."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.jobs.models import Job
from investigate.automations.models import Automation, Firing
from investigate.automations.shipped import SHIPPED, shipped_ensure
from investigate.automations.states import Mode, Run
from investigate.campaigns.models import Campaign, CampaignMessage
from tests.investigate.automations.conftest import letter, reported, run
from tests.investigate.automations.conftest import reviews as reviews

REPORTERS = 5


def campaign_of(letters, **dispositions) -> Campaign:
    """Store a campaign of these messages as the worker keeps it."""
    here = {"account_id": backend_account_id(), "backend": backend_fingerprint()}
    now = timezone.now()
    size = sum(dispositions.values())
    campaign = Campaign.objects.create(
        **here, key="c" * 16, size=size, dispositions=dispositions, first_at=now, last_at=now, grown_at=now
    )
    for one in letters:
        CampaignMessage.objects.create(
            **here,
            investigate_id=one["id"],
            postfix_id=one["postfix_id"],
            scanned_at=one["scanned_at"],
            seen_at=now,
            campaign=campaign,
        )
    return campaign


@pytest.fixture
def variants(api):
    """Return messages of one campaign: each has words of its own, so none is a copy of another."""
    made = [letter(number, subject=f"Your parcel {number}", edf_hash=f"{number:064d}") for number in range(30)]
    api.add(*made, letter(200, subject="Something else"))
    return made


@pytest.fixture
def herd(make):
    """Return herd immunity as it is shipped, but for its name, switched on."""
    shipped = {name: value for name, value in SHIPPED["herd"].items() if name != "name"}
    return make(**shipped, on=True)


def report(letters) -> None:
    for number, one in enumerate(letters):
        reported(one["postfix_id"], f"p{number}@team.example", text_hash=one["edf_hash"]).save()


def acted_on() -> set[str]:
    return set(Firing.objects.filter(run=Run.REAL).exclude(state="left").values_list("message_id", flat=True))


def test_five_reporters_of_five_variants_and_the_campaign_goes(variants, herd, api):
    campaign_of(variants, NONE=30)
    report(variants[: REPORTERS - 1])
    run(herd)
    assert not Job.objects.exists()
    fifth = variants[REPORTERS - 1]
    reported(fifth["postfix_id"], "p4@team.example", text_hash=fifth["edf_hash"]).save()
    run(herd)
    job = Job.objects.get()
    assert job.size == 30
    assert acted_on() == {one["id"] for one in variants}
    run(herd)
    assert Job.objects.count() == 1
    late = letter(90, subject="Your parcel 90", edf_hash="9" * 64)
    api.add(late)
    here = {"account_id": backend_account_id(), "backend": backend_fingerprint()}
    CampaignMessage.objects.create(
        **here,
        investigate_id=late["id"],
        postfix_id=late["postfix_id"],
        scanned_at=late["scanned_at"],
        seen_at=timezone.now(),
        campaign=Campaign.objects.get(),
    )
    reported(late["postfix_id"], "p9@team.example", text_hash=late["edf_hash"]).save()
    run(herd)
    assert [item.investigate_id for item in Job.objects.latest("created_at").items.all()] == [late["id"]]


def test_a_campaign_that_is_mostly_judged_otherwise_is_left_alone(variants, herd):
    campaign_of(variants, NONE=14, BULK=16)
    report(variants[:REPORTERS])
    run(herd)
    assert not Job.objects.exists(), "five people reported five messages, which are no copies of each other"
    for number in range(REPORTERS):
        reported(variants[0]["postfix_id"], f"q{number}@team.example", text_hash=variants[0]["edf_hash"]).save()
    run(herd)
    assert acted_on() == {variants[0]["id"]}


def test_a_campaign_beyond_the_limit_is_left_whole_and_stops_it(variants, make):
    campaign_of(variants, NONE=30)
    automation = make(event="reported", scope="campaign", unattended=28, on=True)
    report(variants[:1])
    run(automation)
    assert not Job.objects.exists()
    assert automation.mode == Mode.STOPPED
    assert "more than 28 messages" in automation.stopped_why


def test_one_that_the_api_has_no_more_is_no_obstacle(variants, herd, api):
    campaign_of(variants, NONE=30)
    api.messages = [one for one in api.messages if one["id"] != variants[7]["id"]]
    report(variants[:REPORTERS])
    run(herd)
    assert Job.objects.get().size == 29


def test_a_message_that_joined_a_campaign_takes_what_is_left_of_it(variants, make):
    campaign = campaign_of(variants[:3], NONE=3)
    Campaign.objects.update(is_threat=True, grown_at=timezone.now() - timedelta(minutes=5))
    CampaignMessage.objects.filter(investigate_id=variants[0]["id"]).update(
        joined_at=timezone.now() - timedelta(minutes=5)
    )
    run(make(event="campaign", scope="campaign", on=True))
    assert acted_on() == {one["id"] for one in variants[:3]}
    assert campaign.size == Job.objects.get().size


def test_what_is_shipped_acts_on_the_campaign(api, db):
    shipped_ensure()
    assert Automation.objects.get(kind="herd").scope == "campaign"
