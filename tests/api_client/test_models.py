"""The wire models, against the official SDK's types and against what servers may do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from cloudflare import Cloudflare
from cloudflare.types.email_security import InvestigateGetResponse, SubmissionListResponse
from cloudflare.types.email_security.investigate import (
    BulkDeleteResponse,
    BulkGetResponse,
    DetectionGetResponse,
    MoveBulkResponse,
    ReleaseBulkResponse,
    TraceGetResponse,
)
from cloudflare.types.email_security.investigate.bulk import MessageListResponse
from cloudflare.types.email_security.phishguard import ReportListResponse
from pydantic import BaseModel, ValidationError

from api_client.models import (
    ActionEntry,
    ApiMessage,
    BulkJob,
    BulkJobMessage,
    Deleted,
    DeliveryMode,
    DeliveryStatus,
    Detections,
    Disposition,
    Envelope,
    Message,
    MoveResult,
    PhishGuardReport,
    ReleaseResult,
    ResultInfo,
    Source,
    Submission,
    Trace,
)

PAIRS = [
    (Message, InvestigateGetResponse),
    (Detections, DetectionGetResponse),
    (MoveResult, MoveBulkResponse),
    (ReleaseResult, ReleaseBulkResponse),
    (Trace, TraceGetResponse),
    (BulkJob, BulkGetResponse),
    (Deleted, BulkDeleteResponse),
    (BulkJobMessage, MessageListResponse),
    (PhishGuardReport, ReportListResponse),
    (Submission, SubmissionListResponse),
]


def wire_names(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def children(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    found = {}
    for name, field in model.model_fields.items():
        waiting: list[Any] = [field.annotation]
        while waiting:
            part = waiting.pop()
            if isinstance(part, type) and issubclass(part, BaseModel):
                found[name] = part
            waiting += get_args(part)
    return found


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_every_field_of_the_sdk_exists_on_ours(ours: type[BaseModel], theirs: type[BaseModel]) -> None:
    assert wire_names(theirs) <= wire_names(ours)
    inner = children(ours)
    for name, child in children(theirs).items():
        assert wire_names(child) <= wire_names(inner[name])


@pytest.mark.parametrize(
    ("enumeration", "field"),
    [(Disposition, "final_disposition"), (DeliveryStatus, "delivery_status"), (DeliveryMode, "delivery_mode")],
)
def test_every_value_of_the_sdk_is_known(enumeration: type, field: str) -> None:
    waiting, values = [InvestigateGetResponse.model_fields[field].annotation], set()
    while waiting:
        part = waiting.pop()
        values |= {part} if isinstance(part, str) else set()
        waiting += get_args(part)
    assert values == {member.value for member in enumeration}


def complete() -> Message:
    now = datetime(2026, 1, 5, 10, tzinfo=UTC)
    return Message(
        id="a-2026",
        postfix_id="a",
        client_recipients=["anna@acme.example"],
        detection_reasons=[],
        is_phish_submission=False,
        is_quarantined=True,
        properties={"allowlisted_pattern": None},
        action_log=[{"operation": "MOVE", "completed_at": now, "properties": {"folder": "Inbox"}}],
        from_="eve@evil.example",
        final_disposition=Disposition.MALICIOUS_BEC,
        delivery_status=[DeliveryStatus.QUARANTINED],
        findings=[{"name": "look-alike", "score": 0.9}],
        scanned_at=now,
        sent_date="2026-01-05T10:00:00",
        ts="2026-01-05T10:00:00",
        validation={"spf": "pass"},
    )


def test_what_we_write_is_what_the_sdk_reads_strictly() -> None:
    written = complete().model_dump(mode="json", by_alias=True)
    read = InvestigateGetResponse.model_validate(written)
    assert read.from_ == "eve@evil.example"
    assert read.final_disposition == "MALICIOUS-BEC"
    assert read.action_log[0].properties is not None
    assert read.action_log[0].properties.folder == "Inbox"
    assert read.scanned_at == datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert type(written["final_disposition"]) is str


def test_what_we_write_is_what_we_read() -> None:
    message = complete()
    assert Message.model_validate(message.model_dump(mode="json", by_alias=True)) == message
    assert Message.model_validate_json(message.model_dump_json(by_alias=True)) == message


REQUIRED = {
    "id",
    "client_recipients",
    "detection_reasons",
    "is_phish_submission",
    "is_quarantined",
    "properties",
}


def test_exactly_the_required_and_not_deprecated_fields_are_required(message: dict[str, Any]) -> None:
    assert {name for name, field in Message.model_fields.items() if field.is_required()} == REQUIRED
    read = Message.model_validate(message)
    assert (read.action_log, read.findings, read.ts) == (None, None, None)


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_a_required_field_that_is_missing_or_null_is_loud(message: dict[str, Any], name: str) -> None:
    for broken in ({**message, name: None}, {key: value for key, value in message.items() if key != name}):
        with pytest.raises(ValidationError, match=name):
            Message.model_validate(broken)


def test_a_truth_value_must_be_one(message: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="is_quarantined"):
        Message.model_validate({**message, "is_quarantined": "no"})


def test_newer_values_and_fields_are_tolerated(message: dict[str, Any]) -> None:
    read = Message.model_validate(
        {**message, "final_disposition": "QUISHING", "delivery_status": ["teleported"], "brand_new": {"a": 1}}
    )
    assert read.final_disposition == "QUISHING"
    assert read.delivery_status == ["teleported"]
    assert ActionEntry.model_validate({"operation": "EXPLODE"}).operation == "EXPLODE"


@pytest.mark.parametrize("log", [None, {}, "none"])
def test_a_deprecated_log_of_another_kind_says_nothing(message: dict[str, Any], log: Any) -> None:
    assert Message.model_validate({**message, "action_log": log}).action_log is None


def test_times_are_aware_and_in_utc(message: dict[str, Any]) -> None:
    read = Message.model_validate(
        {
            **message,
            "scanned_at": "2026-01-05T10:00:00",
            "sent_at": "2026-01-05T10:00:00+02:00",
            "ts": "2026-01-05T10:00:00",
            "sent_date": "2026-01-05T12:00:00",
        }
    )
    assert read.scanned_at == datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert read.sent_at == datetime(2026, 1, 5, 8, tzinfo=UTC)
    assert read.sent_at is not None
    assert read.sent_at.utcoffset() == timedelta(0)
    assert (read.ts, read.sent_date) == ("2026-01-05T10:00:00", "2026-01-05T12:00:00")


def test_an_envelope_is_written_as_the_contract_has_it() -> None:
    envelope = Envelope(
        success=False,
        errors=[ApiMessage(code=1001, message="No."), ApiMessage(code=1002, message="x", source=Source(pointer="/a"))],
        result_info=ResultInfo(count=0, per_page=20),
    )
    assert envelope.model_dump(mode="json") == {
        "success": False,
        "errors": [
            {"code": 1001, "message": "No."},
            {"code": 1002, "message": "x", "source": {"pointer": "/a"}},
        ],
        "messages": [],
        "result": None,
        "result_info": {
            "count": 0,
            "per_page": 20,
            "page": 0,
            "total_count": 0,
            "next": None,
            "previous": None,
        },
    }


def test_the_sdk_has_the_operations_that_we_name() -> None:
    theirs = Cloudflare(api_token="t").email_security.investigate
    for noun, verb in [
        ("detections", "get"),
        ("preview", "get"),
        ("preview", "create"),
        ("raw", "get"),
        ("trace", "get"),
        ("move", "create"),
        ("move", "bulk"),
        ("release", "bulk"),
        ("reclassify", "create"),
    ]:
        assert callable(getattr(getattr(theirs, noun), verb))
