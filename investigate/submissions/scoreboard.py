"""How often what was asked for is what came of it, and how long it took."""

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
    """One line: how many were asked, decided and agreed, and how old they became. `name` is empty for the total.

    `agreement` is in percent of those decided, None without any. Ages are of those that ended, None without any.
    """

    name: str
    asked: int
    decided: int
    agreed: int
    median_age: timedelta | None
    p95_age: timedelta | None

    @property
    def differed(self) -> int:
        """Decided otherwise than asked."""
        return self.decided - self.agreed

    @property
    def agreement(self) -> int | None:
        """Agreed in percent of decided."""
        return round(self.agreed * 100 / self.decided) if self.decided else None


@dataclass(frozen=True, slots=True)
class Scoreboard:
    """The scores of a stretch of time; `is_partial` says that there was more than can be read at once."""

    since: datetime
    total: Score
    by_requester: list[Score]
    by_original: list[Score]
    is_partial: bool


def scoreboard(range_name: str) -> Scoreboard:
    """Give the scores of what was asked in one of RANGES, whole days of the viewer; raises KeyError for another."""
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
    """Give the smallest value that at least so many percent do not exceed (nearest rank); None of nothing."""
    if not ascending:
        return None
    return ascending[max(0, ceil(len(ascending) * percent / 100) - 1)]
