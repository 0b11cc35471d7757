"""Where a message is: the folder it is in, or held, as far as its search row and action log show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from api_client.models import (
    ActionEntry,
    ActionOperation,
    DeliveryStatus,
    MailboxDestination,
    Message,
)
from dashboard.jobs.action_log import embedded_log

HELD = "held"


def place_of(message: Message, log: Sequence[ActionEntry] | None = None) -> str:
    """Return the folder that a message is in, HELD, or an empty string if the folder is unknown.

    The folder is that of the last move that succeeded, else the Inbox if the message was delivered. It is unknown if
    the server shows that the message was moved, but not where to. `log` defaults to the log embedded in the message.
    """
    if message.is_quarantined:
        return HELD
    log = embedded_log(message) if log is None else log
    status, operations = message.delivery_status or (), message.post_delivery_operations or ()
    if folder := last_folder(log or ()):
        return folder
    if ActionOperation.MOVE in operations or DeliveryStatus.MOVED in status:
        return ""
    if DeliveryStatus.DELIVERED in status:
        return MailboxDestination.INBOX.value
    return ""


def last_folder(log: Sequence[ActionEntry]) -> str:
    """Return the folder of the last move that succeeded, or an empty string if there is none or it names no folder."""
    moves = moves_of(log)
    return moves[-1][1] if moves else ""


def moves_of(log: Sequence[ActionEntry]) -> list[tuple[datetime, str]]:
    """Return when and where to the message was moved, oldest first. The folder is empty if the log does not name it."""
    return sorted(
        (entry.completed_at, (entry.properties and entry.properties.folder) or "")
        for entry in log
        if entry.operation == ActionOperation.MOVE and entry.success is not False and entry.completed_at is not None
    )
