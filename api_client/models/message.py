"""Model of a message, as search results and message details contain it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StrictBool

from api_client.models.action import ActionLogEntry
from api_client.models.base import NOVEMBER_2026, Ended, UtcDatetime, WireModel
from api_client.models.verdict import Finding, Validation


def _log_or_nothing(value: Any) -> Any:
    # The earlier API reference types the deprecated log as "unknown", so a value that is not a list is ignored.
    return value if isinstance(value, list) else None


class MessageProperties(WireModel):
    """How allow and block entries bore on a message; the types are AllowlistPatternType or newer values."""

    allowlisted_pattern: str | None = None
    allowlisted_pattern_type: str | None = None
    blocklisted_message: bool | None = None
    blocklisted_pattern: str | None = None
    whitelisted_pattern_type: str | None = None


class Message(WireModel):
    """One accepted message.

    Required is what the contract requires and does not deprecate. The deprecated `action_log` and `findings` are None
    where the server no longer serves them, which differs from an empty list; `ts` and `sent_date` stay text, because
    they come without an offset. `postfix_id` is empty where the server serves it no more: it has ended in requests.
    `final_disposition` is a Disposition, `delivery_status` holds DeliveryStatus, `delivery_mode` is a DeliveryMode and
    `post_delivery_operations` holds ActionOperation, or newer values of each. `smtp_helo_server_name` is a field of our
    gateway alone.
    """

    id: str
    client_recipients: list[str]
    detection_reasons: list[str]
    is_phish_submission: StrictBool
    is_quarantined: StrictBool
    properties: MessageProperties

    action_log: Annotated[
        list[ActionLogEntry] | None, BeforeValidator(_log_or_nothing), Ended(NOVEMBER_2026, "GET …/action_log")
    ] = None
    alert_id: str | None = None
    delivery_mode: str | None = None
    delivery_status: list[str] | None = None
    edf_hash: str | None = None
    envelope_from: str | None = None
    envelope_to: list[str] | None = None
    final_disposition: str | None = None
    findings: Annotated[list[Finding] | None, Ended(NOVEMBER_2026, "GET …/detections")] = None
    from_: str | None = Field(default=None, alias="from")
    from_name: str | None = None
    htmltext_structure_hash: str | None = None
    message_id: str | None = None
    post_delivery_operations: list[str] | None = None
    postfix_id: str = ""
    postfix_id_outbound: str | None = None
    replyto: str | None = None
    scanned_at: UtcDatetime | None = None
    sent_at: UtcDatetime | None = None
    sent_date: str | None = None
    smtp_helo_server_ip: str | None = None
    smtp_helo_server_name: str | None = None
    smtp_previous_hop_ip: str | None = None
    subject: str | None = None
    threat_categories: list[str] | None = None
    to: list[str] | None = None
    to_name: list[str] | None = None
    ts: Annotated[str | None, Ended(NOVEMBER_2026, "scanned_at")] = None
    validation: Validation | None = None
    x_originating_ip: str | None = None
