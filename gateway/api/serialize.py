"""Converts stored messages, their action log, detections and trace to the API's models."""

from collections.abc import Iterable
from datetime import datetime

from api_client import models as contract
from gateway import ids
from gateway.models import ActionLog, Message
from gateway.models.message import DeliveryBit, OperationBit
from gateway.store.message_detail import Detail


def message(
    row: Message, log: Iterable[ActionLog] = (), detail: Detail | None = None, *, features: bool = False
) -> contract.Message:
    """Return a message as the API's model for search and detail, including the deprecated fields."""
    return contract.Message(
        id=row.investigate_id,
        postfix_id=row.postfix_id,
        postfix_id_outbound=row.postfix_id_outbound,
        alert_id=ids.alert_id(row.pk),
        client_recipients=row.client_recipients,
        detection_reasons=row.detection_reasons,
        is_phish_submission=row.is_phish_submission,
        is_quarantined=row.is_quarantined,
        properties=contract.MessageProperties(**row.properties),
        action_log=[_embedded(entry) for entry in log if entry.completed_at is not None],
        delivery_mode=row.delivery_mode,
        delivery_status=[bit.label for bit in DeliveryBit if row.delivery_bits & bit],
        edf_hash=row.edf_hash or None,
        envelope_from=row.envelope_from,
        envelope_to=row.envelope_to,
        final_disposition=row.final_disposition,
        findings=[contract.Finding(**finding) for finding in detail.findings] if detail else None,
        from_=row.from_address or None,
        from_name=row.from_name or None,
        gatehouse_features=contract.MessageFeatures(**row.features) if features and row.features else None,
        htmltext_structure_hash=row.htmltext_structure_hash or None,
        message_id=row.message_id or None,
        post_delivery_operations=[bit.label for bit in OperationBit if row.operation_bits & bit],
        replyto=row.reply_to or None,
        scanned_at=row.scanned_at,
        sent_at=row.sent_at,
        sent_date=row.sent_date or None,
        smtp_helo_server_ip=row.smtp_helo_server_ip or None,
        smtp_helo_server_name=row.smtp_helo_server_name or None,
        smtp_previous_hop_ip=row.smtp_previous_hop_ip or None,
        subject=row.subject,
        threat_categories=row.threat_categories,
        to=row.to,
        to_name=row.to_name,
        ts=f"{row.scanned_at:%Y-%m-%dT%H:%M:%S}",
        validation=contract.Validation(**row.validation),
        x_originating_ip=row.x_originating_ip or None,
    )


def _embedded(entry: ActionLog) -> contract.ActionLogEntry:
    return contract.ActionLogEntry(
        operation=entry.operation,
        completed_at=entry.completed_at,
        completed_timestamp=_iso(entry.completed_at),
        properties=contract.ActionLogProperties(
            folder=entry.properties.get("folder"), requested_by=entry.properties.get("requested_by")
        ),
        status=entry.status,
    )


def action(entry: ActionLog) -> contract.ActionEntry:
    """Return one entry of the action log as the API's model."""
    return contract.ActionEntry(
        operation=entry.operation,
        completed_at=entry.completed_at,
        started_at=entry.started_at,
        status=entry.status,
        success=entry.success,
        properties=contract.ActionProperties(**entry.properties),
    )


def detections(row: Message, detail: Detail) -> contract.Detections:
    """Return the detection details of a message. `action` says whether it was quarantined or delivered on arrival."""
    released = row.operation_bits & OperationBit.QUARANTINE_RELEASE
    return contract.Detections(
        action="QUARANTINED" if row.is_quarantined or released else "DELIVERED",
        attachments=[contract.Attachment(**entry, filename=entry.get("name")) for entry in detail.attachments],
        headers=[contract.Header(**header) for header in detail.headers],
        links=[contract.Link(**link) for link in detail.links],
        sender_info=contract.SenderInfo(**detail.sender_info),
        threat_categories=[contract.ThreatCategory(**category) for category in detail.threat_categories],
        validation=contract.Validation(**row.validation),
        findings=[contract.Finding(**finding) for finding in detail.findings],
        final_disposition=row.final_disposition,
        gatehouse_insights=detail.insights or None,
    )


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def trace(row: Message, detail: Detail, *, pending: bool) -> contract.Trace:
    """Return the trace of a message: the lines of the intake, then the lines of later events."""
    lines: dict[str, list[tuple[datetime, str]]] = {"inbound": [], "outbound": []}
    for direction, _, text in detail.trace:
        lines[direction].append((row.scanned_at, text))
    for line in row.trace_lines.order_by("pk"):
        lines[line.direction].append((line.logged_at, line.text))
    return contract.Trace(
        inbound=contract.TracePart(lines=_numbered(lines["inbound"]), pending=False),
        outbound=contract.TracePart(lines=_numbered(lines["outbound"]), pending=pending),
    )


def _numbered(lines: list[tuple[datetime, str]]) -> list[contract.TraceLine]:
    return [
        contract.TraceLine(lineno=number, logged_at=moment, message=text, ts=_iso(moment))
        for number, (moment, text) in enumerate(lines, start=1)
    ]
