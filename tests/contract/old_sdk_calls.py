"""How each method of the earlier SDKs is called: messages, what is done to them, jobs, submissions and reports."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from inspect import signature
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from cloudflare import APIResponseValidationError
from pydantic import ValidationError

from gateway.bulk.running import run
from gateway.phishguard.campaigns import detect_campaigns
from gateway.rejudging.review import review_waiting
from gateway.store.raw_mail import read_raw
from tests.contract.foreign_server import PNG
from tests.contract.test_four_backends import keep_pictures
from tests.gateway.conftest import ACCOUNT
from tests.gateway.mails import GTUBE, held, mail, stored
from tests.gateway.policy_rows import block, protect
from tests.gateway.submissions.conftest import report

PASSED_ON = {"self", "account_id", "extra_headers", "extra_query", "extra_body", "timeout"}


class Method:
    """A method of the SDK on the account; it notes which of its parameters were given."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call
        self.parameters = signature(call).parameters.keys() - PASSED_ON
        self.given: set[str] = set()

    def __call__(self, *positional: Any, **named: Any) -> Any:
        self.given |= signature(self._call).bind(*positional, account_id=ACCOUNT, **named).arguments.keys()
        return self._call(*positional, account_id=ACCOUNT, **named)

    def known(self, **named: Any) -> dict[str, Any]:
        """Those of the arguments that this version has a parameter for."""
        return {name: value for name, value in named.items() if name in self.parameters}


@dataclass(frozen=True)
class Stage:
    """What the calls play on: the SDK's email security, a bare client and the folder of the store."""

    sdk: Any
    http: httpx.Client
    store: Path

    def find(self, name: str) -> Any:
        """What stands below the SDK's email security at a dotted name."""
        found = self.sdk
        for part in name.split("."):
            found = getattr(found, part)
        return found


CALLS: dict[str, Callable[[Method, Stage], None]] = {}


def calls(name: str) -> Callable[[Callable[[Method, Stage], None]], Callable[[Method, Stage], None]]:
    """Register the decorated function as the one that calls the method `name`."""

    def register(function: Callable[[Method, Stage], None]) -> Callable[[Method, Stage], None]:
        CALLS[name] = function
        return function

    return register


def mismatch(call: Callable[[], Any]) -> tuple[list[tuple[Any, str]], Any]:
    """The places and values that a version's strict validation refuses, and the result that the gateway gave."""
    with pytest.raises(APIResponseValidationError) as refused:
        call()
    cause = refused.value.__cause__
    assert isinstance(cause, ValidationError)
    assert {error["type"] for error in cause.errors()} == {"literal_error"}
    places = [(error["loc"], error["input"]) for error in cause.errors()]
    return places, refused.value.response.json()["result"]


@calls("investigate.list")
def search(method, stage):
    ids = [stored(subject=f"message {number}").investigate_id for number in range(5)]
    found = method(detections_only=False, per_page=2)
    assert [message.id for message in found] == ids[::-1]
    cursor = stage.http.get("/investigate", params={"detections_only": False, "per_page": 2}).json()
    second = method(detections_only=False, per_page=2, cursor=cursor["result_info"]["next"])
    assert [message.id for message in second.result] == ids[2:0:-1]
    message = held(subject="Everything at once")
    now = datetime.now(UTC)
    asked = {
        "action_log": True,
        "alert_id": message.investigate_id.rpartition("-")[0],
        "delivery_status": "quarantined",
        "detections_only": True,
        "domain": "acme.example",
        "end": now + timedelta(minutes=1),
        "final_disposition": "SPAM",
        "message_id": message.message_id,
        "metric": "none",
        "page": 1,
        "per_page": 1000,
        "query": "everything ann@partner.example",
        "recipient": "bo@acme.example",
        "sender": "partner.example",
        "start": now - timedelta(days=1),
        "subject": "once",
    }
    assert [row.id for row in method(**method.known(**asked)).result] == [message.investigate_id]
    method(message_action="MOVED")


@calls("investigate.get")
def get(method, stage):
    message = held()
    stage.http.post("/investigate/release", json=[message.postfix_id])
    stage.sdk.investigate.move.create(message.investigate_id, account_id=ACCOUNT, destination="JunkEmail")
    shown = method(message.investigate_id, submission=False)
    assert [entry.operation for entry in shown.action_log] == ["QUARANTINE_RELEASE", "MOVE"]
    assert shown.delivery_status == ["delivered", "moved"]
    assert shown.findings


@calls("investigate.detections.get")
def detections(method, stage):
    message = stored(mail(body=f"http://x.test/ {GTUBE}"))
    assert method(message.investigate_id).final_disposition == "SPAM"


@calls("investigate.trace.get")
def trace(method, stage):
    assert method(stored().investigate_id).inbound.lines


@calls("investigate.raw.get")
def raw(method, stage):
    assert "See you at noon." in method(stored().postfix_id).raw


@calls("investigate.preview.get")
def preview(method, stage):
    message = stored()
    keep_pictures(stage.store, [message])
    assert method(message.investigate_id).screenshot == PNG


@calls("investigate.preview.create")
def preview_by_postfix_id(method, stage):
    message = stored()
    keep_pictures(stage.store, [message])
    assert method(postfix_id=message.postfix_id).screenshot == PNG


@calls("investigate.move.create")
def move(method, stage):
    message = stored(recipients=("a@acme.example", "b@acme.example"))
    moved = method(message.investigate_id, destination="JunkEmail", **method.known(expected_disposition="SPAM"))
    assert [(row.recipient, row.success) for row in moved] == [("a@acme.example", True), ("b@acme.example", True)]


@calls("investigate.move.bulk")
def move_many(method, stage):
    messages = [stored(), stored()]
    more = method.known(expected_disposition="SPAM")
    moved = method(destination="DeletedItems", postfix_ids=[row.postfix_id for row in messages], **more)
    assert [row.success for row in moved] == [True, True]
    moved = method(destination="Inbox", ids=[row.investigate_id for row in messages])
    assert [row.success for row in moved] == [True, True]


@calls("investigate.release.bulk")
def release(method, stage):
    message = held(recipients="a@acme.example,b@acme.example")
    (released,) = method(body=[message.postfix_id])
    assert released.delivered == ["a@acme.example", "b@acme.example"]


@calls("investigate.reclassify.create")
def reclassify(method, stage):
    protect("acme.example")
    message = stored()
    report(read_raw(message.raw), client_ip="", from_own_peer=True)
    (user,) = stage.sdk.submissions.list(account_id=ACCOUNT, type="USER").result
    eml = base64.b64encode(b"Subject: x\r\n\r\n").decode()
    method(message.investigate_id, expected_disposition="MALICIOUS", eml_content=eml)
    method(message.investigate_id, expected_disposition="SPAM", escalated_submission_id=user.submission_id)
    asked = stage.sdk.submissions.list(account_id=ACCOUNT, type="TEAM").result
    assert [row.requested_disposition for row in asked] == ["SPAM", "MALICIOUS"]


@calls("submissions.list")
def submissions(method, stage):
    message = stored(subject="Bank details")
    block("partner.example")
    url = f"/investigate/{message.investigate_id}/reclassify"
    for disposition in ("SPAM", "MALICIOUS"):
        assert stage.http.post(url, json={"expected_disposition": disposition}).status_code == 202
    review_waiting()
    assert [row.requested_disposition for row in method(page=1, per_page=1)] == ["MALICIOUS", "SPAM"]
    now = datetime.now(UTC)
    asked = {
        "end": now + timedelta(minutes=1),
        "escalated_from_user": False,
        "original_disposition": "NONE",
        "outcome_disposition": "MALICIOUS",
        "query": "bank",
        "requested_disposition": "MALICIOUS",
        "start": now - timedelta(days=1),
        "status": "reviewed",
        "type": "TEAM",
    }
    (found,) = method(**method.known(**asked)).result
    assert found.original_postfix_id == message.postfix_id
    assert [row.submission_id for row in method(submission_id=found.submission_id)] == [found.submission_id]


@calls("phishguard.reports.list")
def reports(method, stage):
    block("partner.example")
    for number in range(3):
        stored(subject=f"Offer {number}", recipients=("jo@acme.example",))
    detect_campaigns(ACCOUNT)
    now = datetime.now(UTC)
    written = list(method(start=now - timedelta(days=1), end=now + timedelta(minutes=1)))
    assert written
    assert len(list(method(from_date=now.date() - timedelta(days=1), to_date=now.date()))) == len(written)
    assert list(method(from_date=date(2020, 1, 1), to_date=date(2020, 1, 2))) == []


def started(stage, **fields):
    asked = {"action": "RELEASE", "search_params": {"detections_only": False}} | fields
    return stage.sdk.investigate.bulk.create(account_id=ACCOUNT, **asked).job_id


@calls("investigate.bulk.create")
def job(method, stage):
    now = datetime.now(UTC)
    made = method(
        action="MOVE",
        destination="JunkEmail",
        comment="clean up",
        expected_disposition="SPAM",
        search_params={
            "action_log": False,
            "delivery_status": "delivered",
            "detections_only": False,
            "end": now + timedelta(days=1),
            "final_disposition": "NONE",
            "message_action": "MOVED",
            "sender": None,
            "start": now - timedelta(days=1),
            "subject": "offer",
            "submissions": False,
        },
    )
    assert (made.status, made.action_params.destination, made.comment) == ("PENDING", "JunkEmail", "clean up")


@calls("investigate.bulk.get")
def job_done(method, stage):
    held()
    job_id = started(stage)
    run(UUID(job_id))
    assert (method(job_id).status, method(job_id).messages_successful) == ("COMPLETED", 1)


@calls("investigate.bulk.list")
def jobs(method, stage):
    made = [started(stage) for _ in range(3)]
    assert [row.job_id for row in method(page=1, per_page=2)] == made[::-1]
    assert method(action_type="MOVE", status="COMPLETED").result == []


@calls("investigate.bulk.messages.list")
def job_messages(method, stage):
    message = held(recipients="a@acme.example,b@acme.example")
    job_id = started(stage)
    run(UUID(job_id))
    assert {entry.postfix_id for entry in method(job_id, page=1, per_page=1)} == {message.postfix_id}
    assert method(job_id, status="FAILED").result == []


@calls("investigate.bulk.cancel.create")
def job_cancelled(method, stage):
    assert method(started(stage)).status == "CANCELLED"


@calls("investigate.bulk.delete")
def job_deleted(method, stage):
    job_id = started(stage)
    run(UUID(job_id))
    assert method(job_id).id == job_id
