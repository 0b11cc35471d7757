"""Put entries into the outbox, have one tried again, and give one up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.outbox.channels import channel_named
from dashboard.outbox.models import OutboxEntry, OutboxLane, State

WRITTEN_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Something to be sent. See `OutboxEntry` for what the fields mean.

    `title` is what the outbox's screen shows of it: never the content of mail. It is sent no earlier than `not_before`.
    """

    channel: str
    destination: str
    key: str
    payload: Mapping[str, Any]
    stream: str = ""
    title: str = ""
    about_kind: str = ""
    about_id: str = ""
    not_before: datetime | None = None


def outbox_add(items: Sequence[Outgoing]) -> None:
    """Write entries. What has a key that is known already is left as it is.

    Call it in the transaction of what they tell about: the sender, a process of its own, sees them after its commit,
    and if it fails, never. Raise KeyError for an unknown channel, ValueError for a key or destination that is too long.
    """
    now = timezone.now()
    rows = [_row(item, now) for item in items]
    OutboxEntry.objects.bulk_create(rows, ignore_conflicts=True, batch_size=WRITTEN_AT_ONCE)


def _row(item: Outgoing, now: datetime) -> OutboxEntry:
    lane = channel_named(item.channel).lane_of(item.destination)
    if len(item.key) > 200 or len(item.destination) > 400 or len(lane) > 60 or len(item.stream) > 100:
        raise ValueError(f"a key, destination, lane or stream is too long: {item.key[:80]}")
    start = max(now, item.not_before or now)
    return OutboxEntry(
        key=item.key,
        channel=item.channel,
        destination=item.destination,
        lane=lane,
        stream=item.stream,
        payload=dict(item.payload),
        title=item.title[:200].replace("\0", ""),
        about_kind=item.about_kind,
        about_id=item.about_id[:200],
        created_at=now,
        next_try_at=start,
        give_up_at=start + timedelta(hours=settings.GATEHOUSE_OUTBOX_HOURS),
    )


def entry_retry(entry: OutboxEntry, *, actor: Actor) -> bool:
    """Have an entry that waits or was given up tried now, and its lane with it. Return False if it was sent already."""
    now = timezone.now()
    with transaction.atomic():
        changed = (
            OutboxEntry.objects.filter(pk=entry.pk)
            .exclude(state=State.SENT)
            .update(
                state=State.WAITING,
                next_try_at=now,
                ended_at=None,
                give_up_at=now + timedelta(hours=settings.GATEHOUSE_OUTBOX_HOURS),
            )
        )
        if changed:
            OutboxLane.objects.filter(pk=entry.lane).update(paused_until=None)
            _record(AuditAction.OUTBOX_RETRY, entry, actor)
    return bool(changed)


def entry_give_up(entry: OutboxEntry, *, actor: Actor) -> bool:
    """End an entry that waits. Return False if it was sent or ended already. One under way may still arrive."""
    with transaction.atomic():
        changed = OutboxEntry.objects.filter(pk=entry.pk, state=State.WAITING).update(
            state=State.FAILED, ended_at=timezone.now(), error=f"Given up by {actor.username}."[:500]
        )
        if changed:
            _record(AuditAction.OUTBOX_GIVE_UP, entry, actor)
    return bool(changed)


def _record(action: AuditAction, entry: OutboxEntry, actor: Actor) -> None:
    record(
        actor=actor,
        action=action,
        outcome=Outcome.DONE,
        object_kind="outbox",
        object_id=str(entry.pk),
        detail={"channel": entry.channel, "destination": entry.destination, "title": entry.title, "tries": entry.tries},
    )
