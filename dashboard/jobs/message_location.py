"""Where a message is: the folder it is in, or held, as far as its search row and action log show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from api_client.models import (
    ActionEntry,
    ActionOperation,
    DeliveryStatus,
    MailboxDestination,
    Message,
)
from dashboard.jobs.action_log import embedded_log

if TYPE_CHECKING:
    from dashboard.jobs.snapshot import Snapshot

HELD = "held"
LONGEST_CALL = timedelta(minutes=10)
"""A move is completed within this time after the call that asks for it was begun, repeated attempts included."""


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


def place_before(log: Sequence[ActionEntry], seen: Snapshot, *, folder: str, since: datetime, slack: timedelta) -> str:
    """Return the folder that a message was in before we moved it to `folder`, or "" if its log does not tell.

    `seen` is the message as it was before. `since` (aware) is when we moved it, by a clock that differs from the
    server's by up to `slack`. It was in the folder of the move before ours, else in the Inbox, if it had been delivered
    and its row showed no move.
    """
    if seen.is_quarantined:
        return HELD
    moves = _moves(log)
    # Of several moves to this folder about that time, the last one is taken for ours: then it was there already.
    ours = [number for number, (at, to) in enumerate(moves) if to == folder and abs(at - since) <= slack + LONGEST_CALL]
    before = moves[: ours[-1]] if ours else [(at, to) for at, to in moves if at < since - slack]
    if not ours and any(at < since + slack for at, _ in moves[len(before) :]):
        return ""
    if before:
        return before[-1][1]
    was_moved = ActionOperation.MOVE in seen.operations or DeliveryStatus.MOVED in seen.status
    return MailboxDestination.INBOX.value if DeliveryStatus.DELIVERED in seen.status and not was_moved else ""


def last_folder(log: Sequence[ActionEntry]) -> str:
    """Return the folder of the last move that succeeded, or an empty string if there is none or it names no folder."""
    moves = _moves(log)
    return moves[-1][1] if moves else ""


def _moves(log: Sequence[ActionEntry]) -> list[tuple[datetime, str]]:
    """Return when and where to the message was moved, oldest first. The folder is empty if the log does not name it."""
    return sorted(
        (entry.completed_at, (entry.properties and entry.properties.folder) or "")
        for entry in log
        if entry.operation == ActionOperation.MOVE and entry.success is not False and entry.completed_at is not None
    )
