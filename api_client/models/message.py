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


class MessageFeatures(WireModel):
    """What similar mail is recognised by, as our gateway alone gives it. Each list has at most 8 values.

    `text_minhash` is base64 of 64 big-endian 16-bit numbers: two texts have about as large a share of them in common as
    of their words and word pairs. It is empty for short texts. `link_domains` are registered domains, `link_paths` and
    `attachment_names` have a # for numbers and random words, `attachment_hashes` are SHA-256.
    """

    text_minhash: str = ""
    link_domains: list[str] = Field(default_factory=list)
    link_paths: list[str] = Field(default_factory=list)
    attachment_hashes: list[str] = Field(default_factory=list)
    attachment_names: list[str] = Field(default_factory=list)


class Message(WireModel):
    """One accepted message.

    Required is what the contract requires and does not deprecate. The deprecated `action_log` and `findings` are None
    where the server no longer serves them, which differs from an empty list; `ts` and `sent_date` stay text, because
    they come without an offset. `postfix_id` is empty where the server serves it no more: it has ended in requests.
    `final_disposition` is a Disposition, `delivery_status` holds DeliveryStatus, `delivery_mode` is a DeliveryMode and
    `post_delivery_operations` holds ActionOperation, or newer values of each. `smtp_helo_server_name` is a field of our
    gateway alone, and so is `gatehouse_features`, which it gives if a search asks for it.
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
    gatehouse_features: MessageFeatures | None = None
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
