"""Where a message was before a job moved it, as far as its action log tells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from api_client.models import ActionEntry, ActionOperation, DeliveryStatus, MailboxDestination
from dashboard.jobs.message_location import HELD, moves_of
from dashboard.jobs.snapshot import Snapshot

LONGEST_CALL = timedelta(minutes=10)
"""A move is completed within this time after the call that asks for it was begun, repeated attempts included."""


def place_before(log: Sequence[ActionEntry], seen: Snapshot, *, folder: str, since: datetime, slack: timedelta) -> str:
    """Return the folder that a message was in before we moved it to `folder`, or "" if its log does not tell.

    `seen` is the message as it was before. `since` (aware) is when we moved it, by a clock that differs from the
    server's by up to `slack`. It was in the folder of the move before ours, else in the Inbox, if it had been delivered
    and its row showed no move.
    """
    if seen.is_quarantined:
        return HELD
    moves = moves_of(log)
    # Of several moves to this folder about that time, the last one is taken for ours: then it was there already.
    ours = [number for number, (at, to) in enumerate(moves) if to == folder and abs(at - since) <= slack + LONGEST_CALL]
    before = moves[: ours[-1]] if ours else [(at, to) for at, to in moves if at < since - slack]
    if not ours and any(at < since + slack for at, _ in moves[len(before) :]):
        return ""
    if before:
        return before[-1][1]
    was_moved = ActionOperation.MOVE in seen.operations or DeliveryStatus.MOVED in seen.status
    return MailboxDestination.INBOX.value if DeliveryStatus.DELIVERED in seen.status and not was_moved else ""
