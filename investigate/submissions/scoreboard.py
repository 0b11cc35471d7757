"""Scoreboard of submissions: how often the final disposition was the requested one, and how long answers took."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import ceil

from django.utils import timezone

from investigate.reviews.models import Submission
from investigate.reviews.selectors import submissions_all

RANGES = {"7d": 7, "30d": 30, "90d": 90}
DEFAULT_RANGE = "30d"
ROWS_AT_MOST = 50
READ_AT_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Score:
    """A line of the scoreboard, with counts and ages of submissions. `name` is empty for the total.

    `asked` counts all requested submissions, `decided` those with a final disposition, and `agreed` those whose final
    disposition is the requested one. The ages are of submissions that are no longer open, or None if there are none.
    """

    name: str
    asked: int
    decided: int
    agreed: int
    median_age: timedelta | None
    p95_age: timedelta | None

    @property
    def differed(self) -> int:
        """Return the number of submissions that were decided otherwise than requested."""
        return self.decided - self.agreed

    @property
    def agreement(self) -> int | None:
        """Return `agreed` in percent of `decided`, or None if nothing was decided."""
        return round(self.agreed * 100 / self.decided) if self.decided else None


@dataclass(frozen=True, slots=True)
class Scoreboard:
    """The scores of a time range. `is_partial` is true if only the newest READ_AT_MOST submissions were counted."""

    since: datetime
    total: Score
    by_requester: list[Score]
    by_original: list[Score]
    is_partial: bool


def scoreboard(range_name: str) -> Scoreboard:
    """Return the scores of the submissions requested in a range of RANGES, in whole days of the viewer's time zone.

    Raise KeyError if RANGES has no such range.
    """
    first = timezone.localdate() - timedelta(days=RANGES[range_name])
    since = datetime.combine(first, time.min, tzinfo=timezone.get_current_timezone())
    columns = (
        "requested_by",
        "asked_by_name",
        "original_disposition",
        "requested_disposition",
        "outcome_disposition",
        "requested_at",
        "answered_at",
        "closed_at",
    )
    newest = submissions_all().filter(requested_at__gte=since).order_by("-requested_at").only(*columns)
    rows = list(newest[: READ_AT_MOST + 1])
    kept = rows[:READ_AT_MOST]
    return Scoreboard(
        since=since,
        total=_score("", kept),
        by_requester=_grouped(kept, lambda row: row.asked_by_name or row.requested_by),
        by_original=_grouped(kept, lambda row: row.original_disposition),
        is_partial=len(rows) > READ_AT_MOST,
    )


def _grouped(rows: Iterable[Submission], name_of: Callable[[Submission], str]) -> list[Score]:
    groups: dict[str, list[Submission]] = {}
    for row in rows:
        groups.setdefault(name_of(row), []).append(row)
    scores = [_score(name, group) for name, group in groups.items()]
    return sorted(scores, key=lambda score: (-score.asked, score.name))[:ROWS_AT_MOST]


def _score(name: str, rows: list[Submission]) -> Score:
    decided = [row for row in rows if row.outcome_disposition]
    ages = sorted(row.age for row in rows if row.ended_at)
    return Score(
        name=name,
        asked=len(rows),
        decided=len(decided),
        agreed=sum(1 for row in decided if row.outcome_disposition == row.requested_disposition),
        median_age=percentile(ages, 50),
        p95_age=percentile(ages, 95),
    )


def percentile(ascending: list[timedelta], percent: int) -> timedelta | None:
    """Return the percentile of a sorted list by the nearest-rank method, or None for an empty list."""
    if not ascending:
        return None
    return ascending[max(0, ceil(len(ascending) * percent / 100) - 1)]
