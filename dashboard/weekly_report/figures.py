"""The figures of a week, from the overview's daily counts, beside those of the week before. No API is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.jobs.models import Job
from dashboard.jobs.states import JobState
from dashboard.outbox.mail import mail_line
from dashboard.overview.counting import CATEGORIES, DISPOSITION, PLACE, SENDERS, TARGETS, Counts, add
from dashboard.overview.models import DayFigures
from dashboard.overview.time_to_act import times_to_act

WEEK = timedelta(days=7)
TOP = 5
DISPOSITIONS = ("MALICIOUS", "SUSPICIOUS", "SPOOF", "SPAM", "BULK", "NONE")
PLACES = ("held", "released", "moved")


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of the week. `name` is its key for the words of a language; `share` is in percent of the largest."""

    name: str
    count: int
    before: int
    share: int

    @property
    def change(self) -> int:
        """Return how many more than the week before, less than zero for fewer."""
        return self.count - self.before


@dataclass(frozen=True, slots=True)
class More:
    """A figure that another part of the console counts, with its words by language, and the value as text."""

    labels: dict[str, str]
    text: str


@dataclass(frozen=True, slots=True)
class Week:
    """All that the report tells of a week: `start` is its Monday in UTC, `end` its Sunday.

    `missing` are days that were never counted, `partial` those that the API did not return whole.
    """

    start: date
    total: int
    total_before: int
    dispositions: list[Line]
    places: list[Line]
    targets: list[tuple[str, int]]
    senders: list[tuple[str, int]]
    categories: list[tuple[str, int]]
    median_to_act: timedelta | None
    acted: int
    jobs_undone: int
    missing: list[date]
    partial: list[date]
    more: list[More] = field(default_factory=list)

    @property
    def end(self) -> date:
        """Return the last day."""
        return self.start + WEEK - timedelta(days=1)


Source = Callable[[datetime, datetime], Iterable[More]]
_sources: list[Source] = []


def register_report_figures(source: Source) -> None:
    """Have the report tell what `source` returns for a start and an end. It may only make a few bounded queries."""
    if source not in _sources:
        _sources.append(source)


def last_whole_week(today: date) -> date:
    """Return the Monday of the newest week that is over on this day, in UTC."""
    return today - timedelta(days=today.weekday()) - WEEK


def week_of(monday: date) -> Week:
    """Return the figures of the week that begins on a Monday."""
    sums, seen, partial = _sums(monday)
    before, _seen, _partial = _sums(monday - WEEK)
    start = datetime.combine(monday, datetime.min.time(), tzinfo=UTC)
    end = start + WEEK
    act = times_to_act({"week": start})["week"]
    jobs = Job.objects.filter(
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        state__in=[JobState.PARTIAL, JobState.FAILED],
        created_at__gte=start,
        created_at__lt=end,
    )
    days = [monday + timedelta(days=number) for number in range(7)]
    return Week(
        start=monday,
        total=sum(sums.get(DISPOSITION, {}).values()),
        total_before=sum(before.get(DISPOSITION, {}).values()),
        dispositions=_lines(DISPOSITIONS, _merged(sums), _merged(before)),
        places=_lines(PLACES, sums.get(PLACE, {}), before.get(PLACE, {})),
        targets=_top(sums.get(TARGETS, {})),
        senders=_top(sums.get(SENDERS, {})),
        categories=_top(sums.get(CATEGORIES, {})),
        median_to_act=timedelta(seconds=act["median"]) if act["median"] is not None else None,
        acted=act["count"],
        jobs_undone=jobs.count(),
        missing=[day for day in days if day not in seen],
        partial=partial,
        more=[line for source in _sources for line in source(start, end)],
    )


def _sums(monday: date) -> tuple[Counts, set[date], list[date]]:
    sums: Counts = {}
    seen: set[date] = set()
    partial: list[date] = []
    rows = DayFigures.objects.filter(
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        day__gte=monday,
        day__lt=monday + WEEK,
        as_of__isnull=False,
    )
    for row in rows.defer("hours").order_by("day").iterator(chunk_size=7):
        seen.add(row.day)
        partial += [] if row.is_complete else [row.day]
        add(sums, row.sums)
    return sums, seen, partial


def _merged(sums: Counts) -> dict[str, int]:
    """Return the dispositions with both kinds of MALICIOUS as one, as on the overview."""
    found = dict(sums.get(DISPOSITION, {}))
    found["MALICIOUS"] = found.get("MALICIOUS", 0) + found.pop("MALICIOUS-BEC", 0)
    return found


def _lines(names: Iterable[str], counts: dict[str, int], before: dict[str, int]) -> list[Line]:
    most = max((counts.get(name, 0) for name in names), default=0) or 1
    return [
        Line(name, counts.get(name, 0), before.get(name, 0), round(counts.get(name, 0) * 100 / most)) for name in names
    ]


def _top(values: dict[str, int]) -> list[tuple[str, int]]:
    """Return the largest, as lines for a mail: they are what strangers wrote."""
    return [
        (mail_line(name, 70), count) for name, count in sorted(values.items(), key=lambda one: (-one[1], one[0]))[:TOP]
    ]
