"""Read mail for campaigns: choose what to read next, and store each message with its traits.

The newest mail is read every minute; a day that was never read as soon as nothing newer is due, newest first; the days
of the last 48 hours every ten minutes; older ones every two hours, back to DAYS. An API elsewhere, whose calls are
counted, is asked more seldom. So what arrives late is found, and what the API no longer has is let go.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import cast

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from api_client import Client
from api_client.models import Message
from api_client.resources import SearchFilters
from dashboard.walking.models import ACTIVE_WALKS
from dashboard.walking.registry import WalkConsumer
from dashboard.walking.services import walk_start
from dashboard.walking.walk import Leaf
from investigate.campaigns.details import DETAILED, KINDS
from investigate.campaigns.grouping.traits import is_threat, storable, traits_of
from investigate.campaigns.keys import backend_columns, mine
from investigate.campaigns.models import CampaignDay, CampaignMessage, CampaignWalk, Keeping
from investigate.campaigns.queue import enqueue_keeping

DAYS = 30
TAIL_EVERY = timedelta(minutes=1)
TAIL_EVERY_ELSEWHERE = timedelta(minutes=5)
OVERLAP = timedelta(minutes=10)
FIRST_TAIL = timedelta(hours=1)
"""How far the first reading of the newest mail goes back; the days follow it one by one."""
"""Time by which two readings of the newest mail overlap, since mail may be stored later than it was scanned."""
RECENT = timedelta(hours=48)
RECENT_EVERY = timedelta(minutes=10)
RECENT_EVERY_ELSEWHERE = timedelta(hours=1)
OLD_EVERY = timedelta(hours=2)
OLD_EVERY_ELSEWHERE = timedelta(hours=24)
RETRY_AFTER = timedelta(minutes=5)
MOST_RECIPIENTS = 100
LONGEST_TEXT = 1000
LONGEST_ID = 255
WRITTEN_AT_ONCE = 200

FEATURES = "features"
_UPDATED = [
    "postfix_id", "scanned_at", "sender", "sender_name", "recipients", "subject", "disposition", "is_threat",
    "is_quarantined", "is_moved", "traits", "needs_detail", "seen_at", "waits",
]  # fmt: skip
_COUNTED = ("traits", "disposition", "is_quarantined", "is_moved", "subject", "recipients")
_MOVED = frozenset({"MOVE"})


class CampaignConsumer(WalkConsumer[CampaignWalk]):
    """Handler of the walks: stores messages, and lets go of those that a whole day does not have any more."""

    def leaves(self, client: Client, walk: CampaignWalk) -> Iterator[Leaf]:
        """Yield the pages, with the features of messages if the API gives them. It is asked once for each walk."""
        if walk.position is None and client.investigate.knows(FEATURES):
            walk.filters = {**walk.filters, FEATURES: True}
        return super().leaves(client, walk)

    def consume(self, walk: CampaignWalk, found: Sequence[Message]) -> None:  # noqa: ARG002 - the base's
        """Store a page of messages. New ones wait to be placed; what else changed may make a grouping due."""
        messages_store(found)

    def finish(self, walk: CampaignWalk) -> None:
        """Note that the day or the newest mail was read, in the transaction that finishes the walk."""
        transaction.on_commit(enqueue_keeping)
        if walk.day is None:
            mine(Keeping).update(tail_at=walk.end)
            return
        CampaignDay.objects.update_or_create(
            **backend_columns(),
            day=walk.day,
            defaults={"as_of": walk.started_at or walk.created_at, "is_complete": not walk.gaps},
        )
        if not walk.gaps:
            gone = mine(CampaignMessage).filter(
                scanned_at__gte=walk.start, scanned_at__lte=walk.end, seen_at__lt=walk.started_at
            )
            if gone.delete()[0]:
                mine(Keeping).update(changed_at=timezone.now())


def messages_store(found: Sequence[Message]) -> None:
    """Write the rows of messages in one transaction. Known ones are overwritten, so it may run twice.

    New ones wait to be placed. Known ones with other traits or another verdict make a grouping of all due.
    """
    now = timezone.now()
    # A message without a time, or with an id that no row can hold, belongs to no day and can't be opened either.
    kept = {message.id: message for message in found if message.scanned_at and _is_id(message.id)}
    rows = [_row(message, now) for message in kept.values()]
    with transaction.atomic():
        changed = False
        for start in range(0, len(rows), WRITTEN_AT_ONCE):
            part = rows[start : start + WRITTEN_AT_ONCE]
            known = {
                row.investigate_id: row
                for row in mine(CampaignMessage).filter(investigate_id__in=[row.investigate_id for row in part])
            }
            for row in part:
                before = known.get(row.investigate_id)
                _carry_detail(row, before)
                row.waits = _waits(row, before)
                changed = changed or (before is not None and _is_another(row, before))
            fresh = [row for row in part if _differs(row, known.get(row.investigate_id))]
            CampaignMessage.objects.filter(pk__in=[row.pk for row in known.values()]).update(seen_at=now)
            CampaignMessage.objects.bulk_create(
                fresh,
                update_conflicts=True,
                unique_fields=["account_id", "backend", "investigate_id"],
                update_fields=_UPDATED,
            )
        if changed:
            keeping_of()
            mine(Keeping).update(changed_at=now)


def _is_id(name: str) -> bool:
    return 0 < len(name) <= LONGEST_ID and storable(name) == name


def _carry_detail(row: CampaignMessage, known: CampaignMessage | None) -> None:
    """Keep what was read one by one of a message whose row does not tell it."""
    if row.needs_detail and known is not None and known.traits.get(DETAILED):
        row.traits |= {kind: known.traits[kind] for kind in KINDS if kind in known.traits}
        row.needs_detail = False


def _waits(row: CampaignMessage, known: CampaignMessage | None) -> CampaignMessage.Waits:
    """Return what the row waits for once it is stored."""
    if known is None or known.waits == CampaignMessage.Waits.PLACE:
        return CampaignMessage.Waits.PLACE
    return CampaignMessage.Waits.COUNT if _differs(row, known) else CampaignMessage.Waits(known.waits)


def _is_another(row: CampaignMessage, known: CampaignMessage) -> bool:
    """Return whether a grouping would see anything else in the message than before."""
    return row.traits != known.traits or row.is_threat != known.is_threat


def _differs(row: CampaignMessage, known: CampaignMessage | None) -> bool:
    """Return whether a grouping would see or count anything else than before."""
    return known is None or any(getattr(row, name) != getattr(known, name) for name in _COUNTED)


def _row(message: Message, now: datetime) -> CampaignMessage:
    return CampaignMessage(
        **backend_columns(),
        investigate_id=message.id,
        postfix_id=storable(message.postfix_id)[:128],
        scanned_at=message.scanned_at or now,
        sender=storable(message.from_ or "")[:LONGEST_TEXT],
        sender_name=storable(message.from_name or "")[:LONGEST_TEXT],
        recipients=[storable(name)[:LONGEST_TEXT] for name in message.client_recipients[:MOST_RECIPIENTS]],
        subject=storable(message.subject or "")[:LONGEST_TEXT],
        disposition=storable(message.final_disposition or "").upper()[:32],
        is_threat=is_threat(message.final_disposition),
        is_quarantined=message.is_quarantined,
        is_moved=bool(_MOVED & set(message.post_delivery_operations or ())),
        traits=traits_of(message).to_json(),
        needs_detail=message.gatehouse_features is None and is_threat(message.final_disposition),
        seen_at=now,
    )


def keeping_of() -> Keeping:
    """Return the state of the configured backend's campaigns. Create it if there is none."""
    return Keeping.objects.defer("rarity").get_or_create(**backend_columns())[0]


def has_no_mail() -> bool:
    """Return whether each of the days that campaigns are made of was read, without finding any mail."""
    today = timezone.now().astimezone(UTC).date()
    days = mine(CampaignDay).filter(day__gt=today - timedelta(days=DAYS)).count()
    # The newest day is not read yet for a while after midnight.
    return days >= DAYS - 1 and not mine(CampaignMessage).exists()


def reading_start() -> CampaignWalk | None:
    """Start and return the walk that is due next. Return None if one is active or nothing is due.

    If the process dies after the commit, the walk is enqueued by beat.
    """
    keeping_of()
    with transaction.atomic():
        # The row lock lets only one process at a time choose.
        keeping = Keeping.objects.select_for_update().get(**backend_columns())
        if mine(CampaignWalk).filter(state__in=ACTIVE_WALKS).exists():
            return None
        now = timezone.now()
        mine(CampaignWalk).exclude(state__in=ACTIVE_WALKS).filter(finished_at__lt=now - timedelta(hours=1)).delete()
        if mine(CampaignWalk).filter(state="failed", finished_at__gt=now - RETRY_AFTER).exists():
            return None
        return _next(keeping, now)


def _next(keeping: Keeping, now: datetime) -> CampaignWalk | None:
    every = TAIL_EVERY if settings.GATEWAY_EMBEDDED else TAIL_EVERY_ELSEWHERE
    if keeping.tail_at is None or keeping.tail_at < now - every:
        since = max(keeping.tail_at - OVERLAP, now - timedelta(days=DAYS)) if keeping.tail_at else now - FIRST_TAIL
        return _start(None, since, now)
    day = _due(now)
    if day is None:
        return None
    midnight = datetime.combine(day, time.min, tzinfo=UTC)
    return _start(day, midnight, midnight + timedelta(days=1, microseconds=-1))


def _start(day: date | None, start: datetime, end: datetime) -> CampaignWalk:
    filters = cast(SearchFilters, {"detections_only": False})
    return walk_start(CampaignWalk(day=day, filters=dict(filters), start=start, end=end))


def _due(now: datetime) -> date | None:
    """Return the day to read: never read (newest first), then the one that was read the longest ago, if that is due."""
    recent_every, old_every = RECENT_EVERY, OLD_EVERY
    if not settings.GATEWAY_EMBEDDED:
        recent_every, old_every = RECENT_EVERY_ELSEWHERE, OLD_EVERY_ELSEWHERE
    today = now.astimezone(UTC).date()
    days = [today - timedelta(days=number) for number in range(DAYS)]
    read = dict(mine(CampaignDay).filter(day__gte=days[-1]).values_list("day", "as_of"))
    recent = (now - RECENT).astimezone(UTC).date()
    for day in days:
        if day not in read:
            return day
    late = [(as_of, day) for day, as_of in read.items() if as_of < now - (recent_every if day >= recent else old_every)]
    return min(late)[1] if late else None
