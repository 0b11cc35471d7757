"""What people ask of a destination once: a test line, a replay from a time, and another try of what was given up."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.outbox.models import OutboxEntry, OutboxLane, State
from dashboard.outbox.services import Outgoing, outbox_add
from investigate.event_export.feed import mine
from investigate.event_export.models import Destination, Event, Replay
from investigate.event_export.sending.channel import NAME, lane_of

REPLAYED_AT_MOST = 100_000
"""Events of one replay."""
RETRIED_AT_ONCE = 1000


class TooMany(Exception):
    """There are more events than one replay may send."""


class UnderWay(Exception):
    """A replay to this destination has not ended yet."""


def destination_test(*, actor: Actor, destination: Destination) -> None:
    """Send a line that says that it is a test."""
    now = timezone.now()
    with transaction.atomic():
        outbox_add(
            [
                Outgoing(
                    channel=NAME,
                    destination=destination.key,
                    key=f"{NAME}:{destination.pk}:test:{uuid.uuid4().hex}",
                    payload={"test": now.isoformat(), "kind": destination.kinds[0], "format": destination.alert_format},
                    title="Test line",
                    about_kind="event_destination",
                    about_id=str(destination.pk),
                )
            ]
        )
        OutboxLane.objects.filter(pk=lane_of(destination.key)).update(paused_until=None)
        _record(actor, AuditAction.EVENTS_TEST, destination)


def replay_since(destination: Destination, since: datetime) -> tuple[int, int, int]:
    """Return how many events a replay would send, REPLAYED_AT_MOST + 1 at most, and the numbers that they lie between.

    The first number is that before the first event.
    """
    found = Event.objects.filter(**mine(), found_at__gte=since, number__lte=destination.cursor).order_by("number")
    first = found.values_list("number", flat=True).first()
    if first is None:
        return 0, 0, 0
    wanted = found.filter(kind__in=destination.kinds)
    if destination.verdicts:
        wanted = wanted.filter(disposition__in=[*destination.verdicts, ""])
    return wanted.order_by()[: REPLAYED_AT_MOST + 1].count(), first - 1, destination.cursor


def replay_start(*, actor: Actor, destination: Destination, since: datetime, press: uuid.UUID) -> Replay | None:
    """Send the events since this time once more, with the ids that they had. Return None if this press asked before.

    Raise TooMany or UnderWay.
    """
    with transaction.atomic():
        current = Destination.objects.select_for_update().get(pk=destination.pk)
        if Replay.objects.filter(press=press).exists():
            return None
        if Replay.objects.filter(destination=current, finished_at=None).exists():
            raise UnderWay
        counted, before, last = replay_since(current, since)
        if counted > REPLAYED_AT_MOST:
            raise TooMany
        if not counted:
            return None
        try:
            with transaction.atomic():
                replay = Replay.objects.create(
                    destination=current,
                    press=press,
                    since=since,
                    cursor=before,
                    last=last,
                    counted=counted,
                    asked_by_name=actor.username,
                )
        except IntegrityError:
            return None  # The press came twice at the same moment.
        _record(actor, AuditAction.EVENTS_REPLAY, current, since=since.isoformat(), events=counted)
    return replay


def failed_retry(*, actor: Actor, destination: Destination) -> int:
    """Have the oldest RETRIED_AT_ONCE entries that were given up tried again, in their order. Return how many."""
    now, lane = timezone.now(), lane_of(destination.key)
    with transaction.atomic():
        given_up = OutboxEntry.objects.filter(lane=lane, state=State.FAILED).order_by("id")
        pks = list(given_up.values_list("pk", flat=True)[:RETRIED_AT_ONCE])
        count = OutboxEntry.objects.filter(pk__in=pks, state=State.FAILED).update(
            state=State.WAITING,
            next_try_at=now,
            ended_at=None,
            give_up_at=now + timedelta(hours=settings.GATEHOUSE_OUTBOX_HOURS),
        )
        if count:
            OutboxLane.objects.filter(pk=lane).update(paused_until=None)
            _record(actor, AuditAction.EVENTS_RETRY, destination, entries=count)
    return count


def _record(actor: Actor, action: AuditAction, destination: Destination, **detail: object) -> None:
    record(
        actor=actor,
        action=action,
        object_kind="event_destination",
        object_id=str(destination.pk),
        outcome=Outcome.DONE,
        detail={"name": destination.name, **detail},
    )
