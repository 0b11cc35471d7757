"""Where a message lies and what was done to it, as far as its row in the API tells."""

from __future__ import annotations

from collections.abc import Sequence

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
    """Give the folder that a message lies in, HELD, or nothing where that can't be known.

    That is the folder of the last move that succeeded, else the Inbox if it was delivered. A message that was moved,
    on a server that doesn't say where to, lies nobody knows where. `log` is the embedded one unless given.
    """
    if message.is_quarantined:
        return HELD
    log = embedded_log(message) if log is None else log
    status, operations = message.delivery_status or (), message.post_delivery_operations or ()
    moves = [
        (entry.completed_at, (entry.properties and entry.properties.folder) or "")
        for entry in log or ()
        if entry.operation == ActionOperation.MOVE and entry.success is not False and entry.completed_at is not None
    ]
    if moves:
        return max(moves)[1]
    if ActionOperation.MOVE in operations or DeliveryStatus.MOVED in status:
        return ""
    if DeliveryStatus.DELIVERED in status:
        return MailboxDestination.INBOX.value
    return ""
