"""Post-delivery events: a line for each message and recipient, of jobs, submissions and what others did."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from api_client.models import Message
from dashboard.audit.chain.canonical import GENESIS, chain_hash
from dashboard.audit.chain.sealing import seal_pending
from dashboard.audit.models import AuditEntry
from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.jobs.models import Job, JobItem, JobOutcome
from dashboard.jobs.snapshot import Snapshot
from investigate.event_export.formats.audit import audit_fields
from investigate.event_export.models import Event, Unread
from investigate.event_export.states import Kind
from tests.investigate.automations.conftest import reported
from tests.investigate.event_export.conftest import find, letter
from tests.investigate.event_export.log_format_checker import faults_of
from tests.investigate.fake_api import refusal


def events() -> list[dict]:
    """Return the fields of what was done, oldest first, after the lines have passed the checker."""
    rows = list(Event.objects.filter(kind=Kind.POST_DELIVERY))
    assert [fault for row in rows for fault in faults_of(row.line, row.kind)] == []
    return [json.loads(row.line) for row in rows]


@pytest.fixture
def job(destination):
    """Make a job that has ended, with one message that was acted on for two recipients."""

    def made(found, *, action="move", state="done", outcomes=True, **fields) -> Job:
        ended = timezone.now() - timedelta(seconds=30)
        row = Job.objects.create(
            account_id=backend_account_id(),
            backend=backend_fingerprint(),
            action=action,
            state="completed",
            created_by=User.objects.create(username=f"ann{Job.objects.count()}", email="ann@team.example"),
            created_by_name="ann",
            finished_at=ended,
            size=1,
            **{"destination": "JunkEmail" if action == "move" else ""} | fields,
        )
        item = JobItem.objects.create(
            job=row,
            investigate_id=found["id"],
            snapshot=Snapshot.of(Message.model_validate(found)).to_json(),
            state=state,
            attempted_at=ended - timedelta(seconds=5),
            settled_at=ended,
            error_code="" if state == "done" else "not_in_mailbox",
        )
        if outcomes:
            for name in found["client_recipients"]:
                JobOutcome.objects.create(item=item, recipient=name, success=state == "done", destination="JunkEmail")
        return row

    return made


TWO = ["anna@team.example", "bo@team.example"]


def test_a_move_by_a_job_is_a_line_for_each_recipient_and_costs_no_call(api, job):
    found = letter(1, client_recipients=TWO, final_disposition="NONE", is_quarantined=False)
    job(found)
    api.requests.clear()
    find()
    lines = events()
    assert [one["Recipient"] for one in lines] == TWO
    assert {one["Operation"] for one in lines} == {"move"}
    assert lines[0]["Destination"] == lines[0]["Folder"] == "JunkEmail"
    assert lines[0]["RequestedBy"] == "ann@team.example"
    assert lines[0]["Success"] is True
    assert lines[0]["AlertID"] == found["id"].rpartition("-")[0]
    assert not [one for one in api.requests if one.url.path.endswith(found["id"])]
    find()
    assert len(events()) == 2


def test_a_failed_item_says_so(api, job):
    job(letter(1, client_recipients=TWO), action="release", state="failed", outcomes=False)
    find()
    lines = events()
    assert [one["Success"] for one in lines] == [False, False]
    assert lines[0]["Operation"] == "quarantineRelease"
    assert lines[0]["Status"] == "not_in_mailbox"
    assert lines[0]["Folder"] == ""


def test_a_retried_item_is_told_again_with_its_new_outcome(api, job):
    row = job(letter(1), state="failed")
    find()
    JobItem.objects.update(state="done")
    JobOutcome.objects.update(success=True)
    Job.objects.filter(pk=row.pk).update(finished_at=timezone.now() - timedelta(seconds=21))
    find()
    assert [one["Success"] for one in events()] == [False, True]


def test_a_running_job_is_not_told(api, job):
    row = job(letter(1))
    Job.objects.filter(pk=row.pk).update(finished_at=None)
    find()
    assert events() == []


def moved(number: int, at, **fields):
    entry = {
        "operation": "MOVE",
        "completed_at": at.isoformat(),
        "completed_timestamp": at.isoformat(),
        "status": "OK",
        "properties": {"folder": "JunkEmail", "requested_by": "other@team.example"},
    }
    return letter(
        number, **{"post_delivery_operations": ["MOVE"], "delivery_status": ["moved"], "action_log": [entry]} | fields
    )


def test_what_others_did_is_told_by_the_action_log(api, destination, since):
    api.add(moved(1, since + timedelta(minutes=1), client_recipients=TWO), moved(2, since - timedelta(minutes=1)))
    find()
    find()
    lines = events()
    assert [one["Recipient"] for one in lines] == TWO
    assert lines[0]["RequestedBy"] == "other@team.example"
    assert lines[0]["Success"] is True


def test_without_embedded_logs_the_log_is_asked_for_once(api, destination, since):
    found = moved(1, since + timedelta(minutes=1))
    entry = {**found.pop("action_log")[0], "success": False, "status": "mailbox is full"}
    api.logs[found["id"]] = [entry]
    api.add(found)
    find()
    find()
    assert [(one["Success"], one["Status"], one["Folder"]) for one in events()] == [(False, "mailbox is full", "")]
    assert sum(one.url.path.endswith("/action_log") for one in api.requests) == 1


def test_what_a_job_of_ours_did_is_not_told_twice(api, job):
    at = timezone.now() - timedelta(seconds=32)
    found = moved(1, at.replace(microsecond=0))
    api.add(found)
    job(found)
    find()
    assert len(events()) == 1


@pytest.mark.parametrize("status", [404, 405, 501])
def test_an_api_without_action_logs_is_said_and_not_asked_again_and_again(api, destination, since, browse, status):
    found = moved(1, since + timedelta(minutes=1))
    found.pop("action_log")
    api.add(found)
    api.broken["GET action_log"] = refusal(status, "No such operation.")
    find()
    assert not Unread.objects.exists()
    assert events() == []
    # One call, which the client tries three times where the server is at fault.
    assert sum(one.url.path.endswith("/action_log") for one in api.requests) == (3 if status == 501 else 1)
    assert "has no action log of 1 message" in browse("admin").get("/events/").content.decode()


def test_a_log_that_cant_be_read_is_kept(api, destination, since):
    found = moved(1, since + timedelta(minutes=1))
    found.pop("action_log")
    api.add(found)
    api.broken["GET action_log"] = refusal(418, "No.")
    find()
    assert Unread.objects.get().reference == found["id"]


def test_a_users_report_is_told_for_their_mailbox(api, destination):
    found = letter(1, client_recipients=TWO)
    api.add(found)
    reported(found["postfix_id"], "Bo@team.example").save()
    find()
    line = events()[0]
    assert len(events()) == 1
    assert (line["Operation"], line["Recipient"]) == ("submission", "bo@team.example")
    assert line["RequestedDisposition"] == "malicious"
    assert line["Subject"] == found["subject"]
    assert line["CompletedAt"] is None


def test_a_submission_whose_mail_is_gone_is_told_with_what_is_known(api, destination):
    reported("4NotThere0000", "bo@team.example", subject="Was here").save()
    find()
    assert (events()[0]["Subject"], events()[0]["PostfixID"]) == ("Was here", "4NotThere0000")


def test_audit_entries_are_found_in_the_order_of_the_chain_and_their_lines_verify_it(destination, browse):
    browse("admin").post("/accounts/logout/")
    seal_pending()  # On PostgreSQL that follows the commit, which a test has none of.
    find()
    rows = Event.objects.filter(kind=Kind.AUDIT)
    assert rows.count() == AuditEntry.objects.count() > 0
    previous = GENESIS
    for row in rows:
        line = audit_fields(AuditEntry.objects.get(pk=row.audit_id))
        kept = {
            "id": line["ID"],
            "at": line["At"],
            "role": line["Role"],
            "action": line["Action"],
            "object_kind": line["ObjectKind"],
            "account_id": line["AccountID"],
            "backend": line["Backend"],
            "outcome": line["Outcome"],
            "request_id": line["RequestID"],
            "follows_id": line["Follows"],
            "salt": line["Salt"],
            "digests": line["Digests"],
        }
        previous = chain_hash(kept, line["Position"], previous)
        assert line["Hash"] == previous
