"""The lines that a payload of the outbox stands for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api_client.models import Message, MessageProperties
from dashboard.audit.models import AuditEntry
from dashboard.outbox.channels import Refused
from investigate.event_export.formats.alerts import alert_fields
from investigate.event_export.formats.audit import audit_fields
from investigate.event_export.formats.ocsf import ocsf_fields
from investigate.event_export.formats.post_delivery import Action, Mail, Operation, post_delivery_fields
from investigate.event_export.formats.values import line_of
from investigate.event_export.models import Event
from investigate.event_export.states import AlertFormat, Kind

TEST_SUBJECT = "Test line of Gatehouse: nothing happened"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its kind, the id that receivers know it by, when it happened, its verdict, and its bytes."""

    kind: str
    public_id: str
    at: datetime
    disposition: str
    content: str
    is_test: bool = False
    is_replay: bool = False


def lines_of(payload: dict[str, Any], *, key: str) -> list[Line]:
    """Return the lines of a payload, in its order. Raise Refused if none of its events is kept any more."""
    if payload.get("test"):
        return [_test_line(payload, key)]
    numbers: Sequence[int] = payload["events"]
    rows = {row.number: row for row in Event.objects.filter(backend=payload["backend"], number__in=numbers)}
    entries = AuditEntry.objects.in_bulk([row.audit_id for row in rows.values() if row.audit_id is not None])
    found = [_line(rows[number], payload, entries) for number in numbers if number in rows]
    lines = [line for line in found if line is not None]
    if not lines:
        raise Refused("The events were deleted before they could be sent.")
    return lines


def _line(row: Event, payload: dict[str, Any], entries: dict[int, AuditEntry]) -> Line | None:
    content = row.line
    if row.audit_id is not None:
        if row.audit_id not in entries:
            return None
        content = line_of(audit_fields(entries[row.audit_id]))
    elif row.kind == Kind.ALERTS and payload.get("format") == AlertFormat.OCSF:
        content = line_of(ocsf_fields(json.loads(row.line), event_id=row.public_id, found_at=row.found_at))
    return Line(row.kind, row.public_id, row.at, row.disposition, content, is_replay=bool(payload.get("replay")))


def _test_line(payload: dict[str, Any], key: str) -> Line:
    at = datetime.fromisoformat(payload["test"])
    test_id = f"gh_test_{key.rpartition(':')[2]}"
    kind = payload["kind"]
    if kind == Kind.ALERTS:
        message = Message(
            id=test_id,
            client_recipients=[],
            detection_reasons=[],
            is_phish_submission=False,
            is_quarantined=False,
            properties=MessageProperties(),
            subject=TEST_SUBJECT,
            scanned_at=at,
        )
        fields = alert_fields(message, None)
        if payload.get("format") == AlertFormat.OCSF:
            fields = ocsf_fields(fields, event_id=test_id, found_at=at)
    elif kind == Kind.POST_DELIVERY:
        action = Action(Operation.MOVE, requested_at=at, completed_at=at, status="test", success=True)
        fields = post_delivery_fields(Mail(alert_id=test_id, subject=TEST_SUBJECT, received_at=at), action)
    else:
        fields = {"Position": None, "ID": None, "At": at.isoformat(), "Action": "test", "ActionLabel": TEST_SUBJECT}
    return Line(kind, test_id, at, "", line_of(fields), is_test=True)
