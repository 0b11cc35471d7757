"""An automation in watch mode, and its replay, change nothing: neither at the API nor in what the team keeps."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.audit.models import AuditEntry
from dashboard.jobs.models import Job
from investigate.annotations.models import MessageAssignment, MessageTag
from investigate.automations.models import Firing, Notice
from investigate.automations.replaying import replays_run
from investigate.automations.states import Act, Run
from tests.investigate.automations.conftest import letter, reported, run, writes
from tests.investigate.fake_api import NOW, held, message, refusal

NEEDS = {
    Act.MOVE: {"destination": "JunkEmail"},
    Act.RELEASE: {"destination": ""},
    Act.ASSIGN: {"destination": ""},
    Act.TAG: {"destination": "", "tag": "seen"},
    Act.NOTIFY: {"destination": ""},
    Act.ESCALATE: {"destination": "", "disposition": "MALICIOUS"},
    Act.BLOCK: {"destination": ""},
}


def test_no_act_is_done_while_it_watches(make, api, ann):
    api.add(letter(1), letter(2), held(3, scanned_at=NOW - timedelta(minutes=5)))
    reported(letter(1)["postfix_id"], "bo@team.example").save()
    for act, values in NEEDS.items():
        for event in ("judged", "reported"):
            make(name=f"{act} {event}", act=act, event=event, assignee=ann, **values)
    entries = AuditEntry.objects.count()
    run()
    replays_run()
    assert writes(api) == []
    assert not Job.objects.exists()
    assert not MessageTag.objects.exists()
    assert not MessageAssignment.objects.exists()
    assert not Notice.objects.exists()
    assert AuditEntry.objects.count() == entries
    assert Firing.objects.filter(run=Run.WATCH, state="would").count() > 10
    assert not Firing.objects.filter(run=Run.REAL).exists()


def test_it_notes_each_message_that_fits_once(make, api):
    automation = make(query="subject:parcel")
    api.add(letter(1, subject="Your parcel"), letter(2, subject="Lunch"))
    run()
    run()
    assert list(Firing.objects.values_list("message_id", "state")) == [(api.messages[0]["id"], "would")]
    api.add(letter(3, subject="Another parcel"))
    run(automation)
    assert Firing.objects.count() == 2
    assert automation.looked_at is not None


def test_what_the_query_cannot_decide_is_left_alone_and_counted(make, api):
    # Clean mail has no details, so nothing tells which files it holds.
    automation = make(query=f"NOT hash:{'a' * 64}")
    api.add(letter(1))
    run(automation)
    assert not Firing.objects.exists()
    assert automation.undecided == 1


def test_an_api_that_cannot_be_asked_is_said_and_asked_again(make, api):
    automation = make()
    api.add(letter(1))
    api.broken["GET "] = refusal(403, "Not you.")
    run(automation)
    assert "Not you" in automation.error
    assert not Firing.objects.exists()
    api.broken.clear()
    run(automation)
    assert automation.error == ""
    assert Firing.objects.count() == 1


def test_a_replay_finds_what_came_in_thirty_days_and_counts_copies_once(make, api):
    automation = make(query="subject:parcel", scope="copies")
    days = [NOW - timedelta(days=number) for number in (1, 10, 29, 31)]
    api.add(*(message(number, subject="Your parcel", scanned_at=at) for number, at in enumerate(days, 1)))
    for _ in range(5):
        replays_run()
    automation.replay.refresh_from_db()
    assert automation.replay.state == "done"
    found = Firing.objects.filter(run=Run.REPLAY).values_list("message_id", flat=True)
    # The copy of 31 days ago is no event of these days, but it is a copy of the one of 29 days ago.
    assert len(found) == len(set(found)) == 4
    assert not Firing.objects.exclude(run=Run.REPLAY).exists()


def test_a_replay_of_reports_uses_the_same_limits_of_people(make, api):
    api.add(*(letter(number) for number in (1, 2)))
    for who in ("bo@team.example", "BO@team.example", "jo@team.example"):
        reported(letter(1)["postfix_id"], who).save()
    reported(letter(2)["postfix_id"], "bo@team.example").save()
    make(event="reported", reporters=2)
    replays_run()
    assert [one.snapshot["subject"] for one in Firing.objects.filter(run=Run.REPLAY)] == ["Subject 1"]


@pytest.mark.parametrize("query", ["last:7d", "NOT before:2026-01-01", "is:reported", "disposition:", "(a"])
def test_a_query_that_is_no_condition_is_refused_and_kept_in_the_form(analyst, query):
    form = {"name": "x", "event": "judged", "act": "move", "destination": "Inbox", "scope": "message"}
    page = analyst.post("/automations/new/", form | {"query": query, "per_hour": 1, "unattended": 1})
    assert page.status_code == 422
    assert "field-error" in page.content.decode()
    assert f'value="{query}"' in page.content.decode()


def test_reports_from_before_it_watched_count_for_nothing(make, api):
    automation = make(event="reported")
    api.add(letter(1))
    old = reported(letter(1)["postfix_id"], "bo@team.example")
    old.requested_at = timezone.now() - timedelta(hours=2)
    old.save()
    run(automation)
    assert not Firing.objects.exists()
