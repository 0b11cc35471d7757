"""Hands events over to the outbox, destination by destination, as far as there is room in its lane.

What is beyond waits as an event, so the outbox never holds more than a bounded number of entries for one receiver.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models.functions import Length
from django.utils import timezone

from dashboard.outbox.models import OutboxEntry, State
from dashboard.outbox.services import Outgoing, outbox_add
from investigate.event_export.feed import mine, newest_number
from investigate.event_export.models import Destination, Event, Replay
from investigate.event_export.sending.channel import NAME, lane_of
from investigate.event_export.states import Kind, Way

WEBHOOKS_AT_MOST = 1000
BATCHES_AT_MOST = 20
"""Entries of one destination that wait in the outbox at most."""
LINES_AT_MOST = 500
BYTES_AT_MOST = 1024 * 1024
"""Bounds of one batch. A single line may be longer than the second, and is then a batch of its own."""
AUDIT_BYTES = 2048
"""About how long a line of the audit trail is; it is made when it is sent."""
READ_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class _Known:
    """What is looked at of an event to hand it over."""

    number: int
    kind: str
    message_id: str
    disposition: str
    size: int


def events_hand_over() -> None:
    """Hand over what every destination is due, replays after what is new."""
    for destination in Destination.objects.filter(**mine(), paused_at=None).order_by("pk"):
        while _hand_over(destination.pk):
            pass
        for replay in Replay.objects.filter(destination=destination, finished_at=None):
            while _hand_over_replay(replay.pk):
                pass


def _hand_over(pk: int) -> bool:
    """Hand over the next events of a destination. Return whether there may be more, and room for it.

    The cursor and the outbox's entries are written in one transaction. Entries are known by their key.
    """
    with transaction.atomic():
        destination = Destination.objects.select_for_update().get(pk=pk)
        room = _room(destination)
        if destination.paused_at is not None or not room:
            return False
        rows = _events_after(destination.cursor)
        if not rows:
            # What is newer than the cursor and is not there was deleted before it could be sent.
            newest = newest_number()
            destination.lost += max(0, newest - destination.cursor)
            changed, destination.cursor = newest > destination.cursor, max(newest, destination.cursor)
        else:
            destination.lost += max(0, rows[0].number - destination.cursor - 1)
            wanted = [row for row in rows if destination.wants(row.kind, row.disposition)]
            taken = _write(destination, wanted, room, f"{NAME}:{pk}", {})
            destination.cursor = taken[-1].number if len(taken) < len(wanted) else rows[-1].number
            changed = True
        if changed:
            destination.save(update_fields=["cursor", "lost"])
        return (changed and len(rows) == READ_AT_ONCE) or (bool(rows) and destination.cursor < rows[-1].number)


def _hand_over_replay(pk: int) -> bool:
    """Hand over the next events of a replay. Return whether there may be more, and room for it."""
    with transaction.atomic():
        replay = Replay.objects.select_for_update().select_related("destination").get(pk=pk)
        destination = replay.destination
        room = _room(destination)
        if replay.finished_at is not None or not room:
            return False
        rows = [row for row in _events_after(replay.cursor) if row.number <= replay.last]
        wanted = [row for row in rows if destination.wants(row.kind, row.disposition)]
        taken = _write(destination, wanted, room, f"{NAME}:{destination.pk}:replay:{pk}", {"replay": pk})
        replay.cursor = taken[-1].number if len(taken) < len(wanted) else (rows[-1].number if rows else replay.last)
        replay.handed += len(taken)
        if not rows or replay.cursor >= replay.last:
            replay.finished_at = timezone.now()
        replay.save(update_fields=["cursor", "handed", "finished_at"])
        return replay.finished_at is None


def _room(destination: Destination) -> int:
    """Return how many more entries of the destination may wait in the outbox."""
    most = WEBHOOKS_AT_MOST if destination.way == Way.WEBHOOK else BATCHES_AT_MOST
    lane = lane_of(destination.key)
    waiting = OutboxEntry.objects.filter(lane=lane, state=State.WAITING).order_by()[:most].count()
    return most - waiting


def _events_after(number: int) -> list[_Known]:
    rows = Event.objects.filter(**mine(), number__gt=number).annotate(size=Length("line")).order_by("number")
    fields = rows.values_list("number", "kind", "message_id", "disposition", "size")[:READ_AT_ONCE]
    return [_Known(*row) for row in fields]


def _write(
    destination: Destination, wanted: Sequence[_Known], room: int, key: str, more: dict[str, Any]
) -> Sequence[_Known]:
    """Write entries for as many of the events as there is room for, and return these events."""
    is_webhook = destination.way == Way.WEBHOOK
    batches = [[row] for row in wanted[:room]] if is_webhook else list(_batches(wanted))[:room]
    outbox_add([_outgoing(destination, batch, key, more) for batch in batches])
    return [row for batch in batches for row in batch]


def _batches(wanted: Iterable[_Known]) -> Iterable[list[_Known]]:
    batch: list[_Known] = []
    size = 0
    for row in wanted:
        length = AUDIT_BYTES if row.kind == Kind.AUDIT else row.size
        if batch and (len(batch) == LINES_AT_MOST or size + length > BYTES_AT_MOST):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += length
    if batch:
        yield batch


def _outgoing(destination: Destination, batch: Sequence[_Known], key: str, more: dict[str, Any]) -> Outgoing:
    first, last = batch[0], batch[-1]
    is_one = destination.way == Way.WEBHOOK
    count = f"{len(batch):,} events" if len(batch) > 1 else Kind(first.kind).label
    return Outgoing(
        channel=NAME,
        destination=destination.key,
        key=f"{key}:{first.number}" if is_one else f"{key}:{first.number}-{last.number}",
        payload={
            "backend": destination.backend,
            "events": [row.number for row in batch],
            "format": destination.alert_format,
            **more,
        },
        stream=stream_of(destination.way, first),
        title=f"{'Replay: ' if more else ''}{count}, number {first.number}" + ("" if is_one else f" to {last.number}"),
        about_kind="event_destination",
        about_id=str(destination.pk),
    )


def stream_of(way: str, event: _Known) -> str:
    """Return within what the event keeps its order: its message, the trail, or all of a destination's batches."""
    if way != Way.WEBHOOK:
        return "batches"
    return event.message_id[:100] or event.kind
