"""Compute the pictures: the overview's figures for each range, aggregated from the daily rollups in advance."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from api_client.models.values import Disposition
from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.overview.counting import (
    AUTHENTICATION,
    CATEGORIES,
    DISPOSITION,
    NAMES,
    PLACE,
    SENDERS,
    TARGETS,
    Counts,
    add,
)
from dashboard.overview.models import DayFigures, DayWalk, Picture
from dashboard.overview.ranges import RANGES, Range
from dashboard.overview.time_to_act import times_to_act
from dashboard.walking.models import WalkState

TOP = 10
TOPS = (TARGETS, SENDERS, NAMES, CATEGORIES, AUTHENTICATION)


REDRAW_AFTER_COUNT = timedelta(seconds=5)
REDRAW_ANYWAY = timedelta(minutes=5)


def pictures_are_due() -> bool:
    """Return whether the pictures must be computed again.

    They must if a day was counted since, or after REDRAW_ANYWAY, since the newest bar depends on the current time.
    """
    mine = {"account_id": backend_account_id(), "backend": backend_fingerprint()}
    drawn = Picture.objects.filter(**mine).order_by("drawn_at").values_list("drawn_at", flat=True)
    if len(drawn) < len(RANGES):
        return DayFigures.objects.filter(as_of__isnull=False, **mine).exists()
    now, oldest = timezone.now(), drawn[0]
    counted = DayWalk.objects.filter(state=WalkState.DONE, finished_at__gt=oldest, **mine).exists()
    return oldest < now - REDRAW_ANYWAY or (counted and oldest < now - REDRAW_AFTER_COUNT)


def pictures_draw() -> None:
    """Compute the pictures of all ranges from the current rollups. Each replaces the previous picture atomically."""
    now = timezone.now()
    to_act = times_to_act({name: found.start(now) for name, found in RANGES.items()})
    for name, found in RANGES.items():
        Picture.objects.update_or_create(
            account_id=backend_account_id(),
            backend=backend_fingerprint(),
            range=name,
            defaults={
                "figures": figures_of(found, now) | {"time_to_act": to_act[name]},
                "drawn_at": now,
            },
        )


def figures_of(found: Range, now: datetime) -> dict[str, Any]:
    """Return the figures of a range: `bars` with their counts, `sums`, `tops`, and how fresh and complete they are.

    `as_of` is the oldest time at which one of the days was counted, `newest` the latest. `missing` lists days that
    were never counted, `partial` days that were counted incompletely.
    """
    days = found.days(now)
    bars = found.bars(now)
    by_hour = found.step.total_seconds() < 24 * 3600
    sums: Counts = {}
    counts: list[Counts] = [{} for _ in bars]
    seen: set[date] = set()
    as_of: list[datetime] = []
    partial: list[str] = []
    rows = DayFigures.objects.filter(
        account_id=backend_account_id(), backend=backend_fingerprint(), day__in=days, as_of__isnull=False
    )
    for row in rows.defer("sums" if by_hour else "hours").iterator(chunk_size=10):
        seen.add(row.day)
        as_of += [row.as_of] if row.as_of else []
        partial += [] if row.is_complete else [row.day.isoformat()]
        for at, part in _parts(row, by_hour):
            index = int((at - bars[0]) / found.step)
            if at >= bars[0] and index < len(bars):
                add(counts[index], {name: part[name] for name in (DISPOSITION, PLACE) if name in part})
                add(sums, part)
    return {
        "start": bars[0].isoformat(),
        "end": now.isoformat(),
        "step": int(found.step.total_seconds()),
        "bars": [_bar(at, part) for at, part in zip(bars, counts, strict=True)],
        "sums": _bar(bars[0], sums),
        "tops": {name: _top(sums.get(name, {})) for name in TOPS},
        "as_of": min(as_of).isoformat() if as_of else None,
        "newest": max(as_of).isoformat() if as_of else None,
        "missing": [day.isoformat() for day in days if day not in seen],
        "partial": sorted(partial),
    }


def _parts(row: DayFigures, by_hour: bool) -> list[tuple[datetime, Counts]]:
    midnight = datetime.combine(row.day, datetime.min.time(), tzinfo=UTC)
    if not by_hour:
        return [(midnight, row.sums)]
    return [(midnight.replace(hour=int(hour)), counts) for hour, counts in row.hours.items()]


def _bar(at: datetime, counts: Counts) -> dict[str, Any]:
    dispositions = Counter(counts.get(DISPOSITION, {}))
    # The API's filter for MALICIOUS also matches MALICIOUS-BEC, so the chart counts both as one disposition.
    dispositions[Disposition.MALICIOUS.value] += dispositions.pop(Disposition.MALICIOUS_BEC.value, 0)
    return {
        "at": at.isoformat(),
        "dispositions": {name: number for name, number in dispositions.items() if number},
        "places": counts.get(PLACE, {}),
    }


def _top(values: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))[:TOP]
