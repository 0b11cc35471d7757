"""Lines of `email_security_post_delivery_events`, the vendor's log of what was done to mail after it was judged.

There is one for each message and recipient. What nobody told is an empty text, an empty list or null.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from investigate.event_export.formats.alerts import disposition_of
from investigate.event_export.formats.values import ADDRESS_AT_MOST, moment, text, texts


class Operation(StrEnum):
    """What was done, in the data set's words."""

    MOVE = "move"
    SUBMISSION = "submission"
    QUARANTINE_RELEASE = "quarantineRelease"


@dataclass(frozen=True, slots=True)
class Mail:
    """The message that something was done to, as far as it is known."""

    alert_id: str = ""
    message_id: str = ""
    postfix_id: str = ""
    subject: str = ""
    sender: str = ""
    sender_name: str = ""
    recipients: Sequence[str] = ()
    disposition: str = ""
    received_at: datetime | None = None
    reasons: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """What was done to one recipient's copy. `destination` is the folder that a move was asked for."""

    operation: Operation
    recipient: str = ""
    requested_at: datetime | None = None
    completed_at: datetime | None = None
    requested_by: str = ""
    requested_disposition: str = ""
    destination: str = ""
    folder: str = ""
    status: str = ""
    success: bool | None = None


def post_delivery_fields(mail: Mail, action: Action) -> dict[str, Any]:
    """Return the fields of the line about what was done, in the order of the data set."""
    is_move = action.operation == Operation.MOVE
    return {
        "AlertID": text(mail.alert_id, 255),
        "CompletedAt": moment(action.completed_at),
        "Destination": text(action.destination) if is_move else "",
        "FinalDisposition": disposition_of(mail.disposition, none="none" if mail.disposition else "unset"),
        "Folder": text(action.folder) if is_move and action.success else "",
        "From": text(mail.sender),
        "FromName": text(mail.sender_name),
        "MessageID": text(mail.message_id),
        "MessageTimestamp": moment(mail.received_at),
        "MicrosoftTenantID": "",
        "Operation": action.operation.value,
        "PostfixID": text(mail.postfix_id, 255),
        "Reasons": texts(mail.reasons),
        "Recipient": text(action.recipient, 320),
        "RequestedAt": moment(action.requested_at),
        "RequestedBy": text(action.requested_by, 320),
        "RequestedDisposition": _requested(action),
        "Status": text(action.status, 500),
        "Subject": text(mail.subject),
        "Success": action.success,
        "To": texts(mail.recipients, length=ADDRESS_AT_MOST),
    }


def _requested(action: Action) -> str:
    if action.operation != Operation.SUBMISSION or not action.requested_disposition:
        return ""
    return disposition_of(action.requested_disposition, none="none")
