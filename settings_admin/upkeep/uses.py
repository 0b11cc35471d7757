"""Queries for the uses of entries: hits, last use and effect, and since when they are known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Max, Sum
from django.utils import timezone

from dashboard.backend import backend_account_id, backend_fingerprint
from settings_admin.entries.entry import Entry
from settings_admin.kinds import (
    ALLOW_POLICIES,
    BLOCK_SENDERS,
    CONTENT_POLICIES,
    IMPERSONATION_REGISTRY,
    TRUSTED_DOMAINS,
    Kind,
    Values,
)
from settings_admin.upkeep.counting import use_key
from settings_admin.upkeep.models import CountedDay, DayUse

KEPT_KINDS: Final = (ALLOW_POLICIES, BLOCK_SENDERS, TRUSTED_DOMAINS, CONTENT_POLICIES, IMPERSONATION_REGISTRY)
"""The kinds whose entries have an owner, and may expire."""
UNUSED_AFTER: Final = timedelta(days=30)
FRESH: Final = timedelta(hours=30)
"""How long ago the newest day may have been walked. Old days are walked once in 24 hours."""
_KEYS_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Known:
    """The days that uses of a kind are known for: every day from `since` up to today, or none."""

    since: date | None

    def covers(self, days: int, today: date) -> bool:
        """Return whether the uses of the last `days` whole days are known."""
        return self.since is not None and self.since <= today - timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Use:
    """Uses of one entry since the day `since`. `untold` says why they can't be told; then the rest means nothing."""

    hits: int = 0
    threats: int = 0
    reported: int = 0
    last_at: datetime | None = None
    since: date | None = None
    untold: str = ""
    stops: bool = False

    @property
    def effect(self) -> str:
        """The effect in words. It is empty if nothing happened, or nothing is known."""
        if self.untold or not self.hits:
            return ""
        if self.stops:
            return f"stopped {self.hits:,}"
        said = [f"passed {self.threats:,} judged a threat since"] if self.threats else []
        said += [f"{self.reported:,} reported as phish"] if self.reported else []
        return ", ".join(said)

    @property
    def let_through(self) -> bool:
        """Whether something that the entry passed was a threat, or was reported as one."""
        return not self.untold and not self.stops and bool(self.threats or self.reported)


def untold_reason(kind: Kind, values: Values) -> str:
    """Return why the uses of an entry can't be told from search rows. It is empty if they can."""
    if kind is IMPERSONATION_REGISTRY:
        return "Search results do not name the protected person."
    if kind is CONTENT_POLICIES and "BODY" in (values.get("targets") or ()):
        return "Search results hold no bodies, so matches in bodies can't be told."
    return ""


def known_days(kind: Kind) -> Known:
    """Return the unbroken run of counted days up to today. A day that was counted in part breaks it."""
    now = timezone.now()
    day, since = now.date(), None
    rows = {
        row.day: row
        for row in CountedDay.objects.filter(account_id=backend_account_id(), backend=backend_fingerprint())
    }
    while (row := rows.get(day)) and row.is_complete and kind.resource not in row.unread:
        # A day that was counted before it was over is known only while it is counted again and again.
        if row.as_of < now - FRESH and row.as_of.date() <= day:
            break
        since, day = day, day - timedelta(days=1)
    return Known(since)


def uses_of(kind: Kind, entries: Iterable[Entry]) -> dict[str, Use]:
    """Return the uses of each of the entries, by their ids. A few queries answer for all of them."""
    entries = list(entries)
    since = known_days(kind).since
    keys = {use_key(kind, one.id, one.values) for one in entries}
    sums = _sums(kind, keys, since) if since else {}
    return {one.id: _use(kind, one, sums.get(use_key(kind, one.id, one.values)), since) for one in entries}


def last_use(kind: Kind, key: str, since: date) -> datetime | None:
    """Return when a pattern was used last, from the day `since` on."""
    found = _sums(kind, {key}, since).get(key)
    return found["last"] if found else None


def _use(kind: Kind, entry: Entry, found: dict[str, Any] | None, since: date | None) -> Use:
    if since is None:
        return Use(untold="Not counted yet: a worker walks the mail of each day.")
    if untold := untold_reason(kind, entry.values):
        return Use(untold=untold, since=since)
    stops = kind in {BLOCK_SENDERS, CONTENT_POLICIES}
    if not found:
        return Use(since=since, stops=stops)
    return Use(found["hits"], found["threats"], found["reported"], found["last"], since, stops=stops)


def _sums(kind: Kind, keys: set[str], since: date) -> dict[str, dict[str, Any]]:
    mine = DayUse.objects.filter(
        account_id=backend_account_id(), backend=backend_fingerprint(), kind=kind.resource, day__gte=since
    )
    ordered = sorted(keys)
    found: dict[str, dict[str, Any]] = {}
    for first in range(0, len(ordered), _KEYS_AT_ONCE):
        rows = mine.filter(key__in=ordered[first : first + _KEYS_AT_ONCE]).values("key").order_by()
        for row in rows.annotate(
            hits=Sum("hits"), threats=Sum("threats"), reported=Sum("reported"), last=Max("last_at")
        ):
            found[row["key"]] = dict(row)
    return found


def is_unused(entry: Entry, use: Use) -> bool:
    """Return whether an entry is known to be unused: it is older than UNUSED_AFTER, and so is what is counted."""
    today = timezone.now().date()
    if use.untold or use.hits or use.since is None or use.since > today - UNUSED_AFTER:
        return False
    return entry.created_at is None or entry.created_at.date() <= today - UNUSED_AFTER
