"""What the team should know: told once for each thing, by mail or to webhooks in the shapes that they take."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.jobs.models import Job
from dashboard.outbox.models import OutboxEntry
from dashboard.outbox.sending import lane_send
from investigate.alerts.models import Alert
from investigate.reviews.models import Report, Submission
from tests.dashboard.outbox.test_posting import receiver, say
from tests.investigate.alerts.conftest import HOUR, letter, pass_time, run

pytestmark = pytest.mark.django_db
TEAM = {"of": "team", "way": "mail", "target": "soc@acme.example"}


def backend():
    return {"account_id": backend_account_id(), "backend": backend_fingerprint()}


def report(number, **fields):
    values = {"title": f"Threat found after delivery: {number}", "tags": [{"category": "kind", "value": "late_threat"}]}
    now = timezone.now()
    return Report.objects.create(report_id=number, created_at=now, seen_at=now, **backend(), **{**values, **fields})


def test_a_late_threat_is_told_at_once_and_each_for_itself(make):
    make("admin", kind="late_threat", **TEAM)
    report(1)
    report(2, tags=[{"category": "kind", "value": "campaign"}])
    (entry,) = run()
    assert entry.destination == "soc@acme.example"
    assert entry.payload["subject"].startswith("A threat found after delivery: 1")
    report(3)
    assert run() == [], "five minutes lie between two messages"
    pass_time(timedelta(minutes=6))
    (entry,) = run()
    assert "Threat found after delivery: 3" in entry.payload["text"]
    assert "delivery: 1\n" not in entry.payload["text"]


def test_an_overdue_submission_is_told_once(make):
    make("admin", kind="overdue", **TEAM)
    alert = Alert.objects.get()
    Alert.objects.filter(pk=alert.pk).update(cursor={"from": (timezone.now() - timedelta(hours=26)).isoformat()})
    now = timezone.now()
    for name, hours in (("old", 25), ("new", 1)):
        Submission.objects.create(
            submission_id=name, requested_at=now - hours * HOUR, seen_at=now, subject=f"the {name} one", **backend()
        )
    (entry,) = run()
    assert "the old one" in entry.payload["text"]
    assert "the new one" not in entry.payload["text"]
    pass_time(2 * HOUR)
    assert run() == []


def test_a_job_that_left_something_undone_is_told(make):
    make("admin", kind="job_undone", **TEAM)
    for state in ("completed", "partial"):
        Job.objects.create(action="move", state=state, finished_at=timezone.now(), created_by_name="ann", **backend())
    (entry,) = run()
    assert entry.payload["subject"].startswith("A job that left something undone: 1")
    assert "by ann: partly done" in entry.payload["text"]


def test_a_mailbox_under_a_mail_bomb_is_told_once_an_hour(make, api):
    alert = make("admin", kind="mail_bomb", threshold="20", **TEAM)
    api.messages = [letter(n, client_recipients=["Bo@acme.example"]) for n in range(1, 26)]
    api.messages += [letter(n, client_recipients=["jo@acme.example"]) for n in range(30, 40)]
    (entry,) = run()
    assert "bo@acme.example got 25 messages" in entry.payload["text"]
    assert "jo@" not in entry.payload["text"]
    calls = len(api.requests)
    assert run() == []
    assert len(api.requests) == calls, "it looks every ten minutes"
    Alert.objects.filter(pk=alert.pk).update(cursor={})
    pass_time(timedelta(minutes=30))
    assert run() == []


@pytest.mark.parametrize("way", ["webhook", "slack", "teams"])
def test_a_webhook_gets_the_shape_that_it_takes(make, way):
    with receiver(say(200)) as server:
        url = f"http://127.0.0.1:{server.server_port}/secret-path"
        make("admin", kind="late_threat", of="team", way=way, target=url)
        report(1, title="<!channel> [x](https://evil.example) *now*")
        (entry,) = run()
        assert "secret-path" not in json.dumps(entry.payload) + entry.destination + Alert.objects.get().target
        lane_send(entry.lane)
        ((path, headers, body),) = server.got
    assert OutboxEntry.objects.get().state == "sent"
    assert (path, headers["Content-Type"]) == ("/secret-path", "application/json")
    sent = json.loads(body)
    text = json.dumps(sent)
    assert "https://evil" not in text
    if way == "webhook":
        assert (sent["count"], sent["kind"], len(sent["findings"])) == (1, "late_threat", 1)
    elif way == "slack":
        assert "<!channel>" not in text
        assert {block["type"] for block in sent["blocks"]} == {"section"}
    else:
        card = sent["attachments"][0]["content"]
        assert card["type"] == "AdaptiveCard"
        assert {part["type"] for part in card["body"]} == {"RichTextBlock"}, "whose text knows no Markdown"


def test_a_trial_arrives_and_says_what_it_is(make, browse):
    alert = make("admin", kind="late_threat", **TEAM)
    browse("admin").post(f"/alerts/{alert.pk}/try/")
    entry = OutboxEntry.objects.get()
    assert "This is a trial" in entry.payload["text"]


def test_a_deleted_alert_sends_nothing_more_to_its_webhook(make, browse):
    with receiver(say(200)) as server:
        alert = make(
            "admin", kind="late_threat", of="team", way="webhook", target=f"http://127.0.0.1:{server.server_port}/"
        )
        report(1)
        (entry,) = run()
        browse("admin").post(f"/alerts/{alert.pk}/delete/")
        lane_send(entry.lane)
        assert server.got == []
    assert "deleted" in OutboxEntry.objects.get().error
