"""Keep the daily rollups up to date: choose the day to count next, and store the counts of a finished walk.

Only one walk runs at a time, so that jobs don't wait behind rollups. The next day is chosen in this order: a day with
messages that actions from this console changed, a day of the last 48 hours that was counted more than five minutes
ago, a day that was never counted (newest first), and the day with the oldest count, if it is older than 24 hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from api_client import Client
from api_client.models import Message
from dashboard.audit.actions import AuditAction
from dashboard.audit.models import AuditEntry
from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.jobs.models import Job, JobItem
from dashboard.overview.counting import count, summed
from dashboard.overview.day_counters import Tally, day_counters
from dashboard.overview.models import DayFigures, DayWalk, Keeper
from dashboard.overview.queue import enqueue_rollups
from dashboard.overview.ranges import DAYS
from dashboard.walking.models import ACTIVE_WALKS
from dashboard.walking.registry import WalkConsumer
from dashboard.walking.services import walk_start

RECENT = timedelta(hours=48)
RECENT_EVERY = timedelta(minutes=5)
OLD_EVERY = timedelta(hours=24)
TOUCHED_EVERY = timedelta(minutes=1)
SETTLE = timedelta(minutes=1)
"""Overlap of two searches for actions, since a row may be committed after the search that its time falls into."""

_DAY_OF_ID = re.compile(r".+?-(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}-.+")


class DayConsumer(WalkConsumer[DayWalk]):
    """Handler of day walks: counts messages, and stores the counts as the day's figures when the walk is finished.

    The registered day counters see the same messages.
    """

    def prepare(
        self,
        client: Client,
        walk: DayWalk,  # noqa: ARG002 - as inherited
        messages: Sequence[Message],
    ) -> tuple[Sequence[Message], dict[str, Tally]]:
        """Return the messages, and what each day counter made of them."""
        return messages, {counter.name: counter.prepare(client, messages) for counter in day_counters()}

    def consume(self, walk: DayWalk, found: tuple[Sequence[Message], dict[str, Tally]]) -> None:
        """Add a page of messages to the counts."""
        messages, tallies = found
        count(walk.hours, messages)
        for counter in day_counters():
            counter.add(walk.tallies.setdefault(counter.name, {}), tallies[counter.name])

    def finish(self, walk: DayWalk) -> None:
        """Replace the day's figures with the counts, in the transaction that finishes the walk."""
        DayFigures.objects.update_or_create(
            account_id=walk.account_id,
            backend=walk.backend,
            day=walk.day,
            defaults={
                "hours": walk.hours,
                "sums": summed(walk.hours),
                "is_complete": not walk.gaps,
                "as_of": walk.started_at,
            },
        )
        for counter in day_counters():
            counter.store(walk, walk.tallies.get(counter.name, {}))
        # The counts are stored in the figures now, so the walk's row does not need them.
        walk.hours, walk.tallies = {}, {}
        transaction.on_commit(enqueue_rollups)


def rollups_update() -> DayWalk | None:
    """Start and return the walk that is due next. Return None if a walk is active or no day is due."""
    _touch_days()
    with transaction.atomic():
        # The row lock lets only one process at a time choose the next day.
        Keeper.objects.select_for_update().get(account_id=backend_account_id(), backend=backend_fingerprint())
        if _mine(DayWalk).filter(state__in=ACTIVE_WALKS).exists():
            return None
        _mine(DayWalk).exclude(state__in=ACTIVE_WALKS).filter(
            finished_at__lt=timezone.now() - timedelta(hours=1)
        ).delete()
        day = _due()
        return day_walk(day) if day else None


def day_walk(day: date) -> DayWalk:
    """Start a walk that counts one day in UTC."""
    midnight = datetime.combine(day, time.min, tzinfo=UTC)
    # A search includes both its start and its end.
    end = midnight + timedelta(days=1, microseconds=-1)
    return walk_start(DayWalk(day=day, filters={"detections_only": False}, start=midnight, end=end))


def _due() -> date | None:
    now = timezone.now()
    today = now.astimezone(UTC).date()
    oldest_first = [today - timedelta(days=number) for number in range(DAYS - 1, -1, -1)]
    known = {row.day: row for row in _mine(DayFigures).filter(day__gte=oldest_first[0]).only(*_LIGHT)}
    failed = set(
        _mine(DayWalk).filter(state="failed", finished_at__gt=now - RECENT_EVERY).values_list("day", flat=True)
    )

    def counted(day: date) -> datetime | None:
        return known[day].as_of if day in known else None

    def in_turn(day: date) -> tuple[datetime, int]:
        # Of the days that were never counted, the newest is the most useful.
        return counted(day) or _EVER, -day.toordinal()

    touched = [row.day for row in known.values() if _was_touched(row, now - TOUCHED_EVERY)]
    recent = [day for day in oldest_first if day >= (now - RECENT).astimezone(UTC).date()]
    recent_due = [day for day in recent if (at := counted(day)) is None or at < now - RECENT_EVERY]
    never = [day for day in reversed(oldest_first) if counted(day) is None]
    old_due = [day for day in oldest_first if (at := counted(day)) and at < now - OLD_EVERY]
    by_age = [sorted(days, key=in_turn) for days in (touched, recent_due, old_due)]
    order = [*by_age[0], *by_age[1], *never, *by_age[2]]
    return next((day for day in order if day not in failed), None)


def _was_touched(row: DayFigures, before: datetime) -> bool:
    """Return whether a day was touched since it was counted, and was counted before `before`.

    The second condition limits how often a day is counted while actions on it continue.
    """
    return bool(row.as_of and row.touched_at and row.touched_at > row.as_of and row.as_of < before)


_LIGHT = ("day", "as_of", "touched_at")
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def _touch_days() -> None:
    """Mark the days whose messages were changed by actions from this console since the last call."""
    now = timezone.now()
    mine = {"account_id": backend_account_id(), "backend": backend_fingerprint()}
    keeper, _ = Keeper.objects.get_or_create(**mine, defaults={"looked_until": now})
    since = keeper.looked_until - SETTLE
    ids = AuditEntry.objects.filter(
        action=AuditAction.RECLASSIFY, at__gte=since, object_kind="message", **mine
    ).values_list("object_id", flat=True)
    days = days_of(ids.iterator())
    for job in Job.objects.filter(Q(finished_at=None) | Q(finished_at__gte=since), **mine):
        sent = JobItem.objects.filter(job=job, attempted_at__gte=since).values_list("investigate_id", flat=True)
        days |= days_of(sent.iterator(chunk_size=5000))
    _mine(DayFigures).filter(day__in=days).filter(Q(touched_at=None) | Q(touched_at__lt=F("as_of"))).update(
        touched_at=now
    )
    Keeper.objects.filter(pk=keeper.pk).update(looked_until=now)


def days_of(ids: Iterable[str]) -> set[date]:
    """Return the days on which messages arrived, parsed from their ids.

    Ids without a date are skipped: the regular walks update their days.
    """
    found = set()
    for one in ids:
        match = _DAY_OF_ID.fullmatch(one)
        if match:
            try:
                found.add(date.fromisoformat(match.group(1)))
            except ValueError:
                continue
    return found


def _mine(model: Any) -> Any:
    return model._default_manager.filter(account_id=backend_account_id(), backend=backend_fingerprint())
