"""Reads destinations with their state, the places that events are found in, and what could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from dashboard.outbox.models import OutboxEntry, OutboxLane, State
from investigate.event_export.feed import mine
from investigate.event_export.finding.running import wanted_kinds
from investigate.event_export.models import Destination, Event, Replay, Source, Unread
from investigate.event_export.sending.channel import lane_of
from investigate.event_export.states import PLACES

COUNTED_AT_MOST = 10_000
FAILED_AT_MOST = 50
UNREAD_AT_MOST = 100
REPLAYS_AT_MOST = 10


@dataclass(frozen=True, slots=True)
class DestinationState:
    """How a destination is doing. Counts are COUNTED_AT_MOST + 1 at most.

    `waiting` are events that were not handed over yet, wanted or not, and `queued` what waits in the outbox.
    """

    destination: Destination
    sent_at: datetime | None
    tried_at: datetime | None
    waiting: int
    queued: int
    failed: int

    @property
    def word(self) -> str:
        """Return the state in a word: paused, failing, new or works."""
        if self.destination.paused_at is not None:
            return "paused"
        if self.destination.failing_since is not None:
            return "failing"
        return "works" if self.sent_at is not None else "new"


def destinations_all() -> QuerySet[Destination]:
    """Return the destinations of the configured backend, by name."""
    return Destination.objects.filter(**mine())


def state_of(destination: Destination) -> DestinationState:
    """Return how a destination is doing."""
    name = lane_of(destination.key)
    lane = OutboxLane.objects.filter(pk=name).first()
    entries = OutboxEntry.objects.filter(lane=name).order_by()
    waiting = Event.objects.filter(**mine(), number__gt=destination.cursor, kind__in=destination.kinds).order_by()
    return DestinationState(
        destination=destination,
        sent_at=lane.last_sent_at if lane else None,
        tried_at=lane.paused_until if lane else None,
        waiting=waiting[: COUNTED_AT_MOST + 1].count(),
        queued=entries.filter(state=State.WAITING)[: COUNTED_AT_MOST + 1].count(),
        failed=entries.filter(state=State.FAILED)[: COUNTED_AT_MOST + 1].count(),
    )


def failed_of(destination: Destination) -> list[OutboxEntry]:
    """Return what was given up last for a destination, the newest first."""
    lane = lane_of(destination.key)
    return list(OutboxEntry.objects.filter(lane=lane, state=State.FAILED).order_by("-id")[:FAILED_AT_MOST])


def replays_of(destination: Destination) -> list[Replay]:
    """Return the last replays to a destination, the newest first."""
    return list(Replay.objects.filter(destination=destination)[:REPLAYS_AT_MOST])


def sources_read() -> list[Source]:
    """Return the places that are looked at now, in the order of their kinds."""
    wanted = wanted_kinds()
    places = [place for kind, its in PLACES.items() if kind in wanted for place in its]
    rows = {row.place: row for row in Source.objects.filter(**mine(), place__in=places)}
    return [rows[place] for place in places if place in rows]


def unread_rows() -> list[Unread]:
    """Return messages that could not be read, the newest first."""
    return list(Unread.objects.filter(**mine()).order_by("-id")[:UNREAD_AT_MOST])


def failing_count() -> int:
    """Return how many destinations fail, for the badge of the navigation."""
    return destinations_all().filter(paused_at=None).exclude(failing_since=None).count()
