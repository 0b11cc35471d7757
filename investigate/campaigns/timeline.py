"""The time line of a campaign: how many messages came in each hour or day, as bars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

BARS_AT_MOST = 96
HEIGHT = 40.0
GAP = 0.15
NARROWEST = 24
"""A short time line has room for so many bars, so that a single one is not a wall."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its place in the drawing, the time at which it begins, and how many of its messages were threats."""

    at: datetime
    x: float
    y: float
    height: float
    count: int
    threats: int
    threat_height: float

    @property
    def threat_y(self) -> float:
        return HEIGHT - self.threat_height


@dataclass(frozen=True, slots=True)
class Timeline:
    """The bars, oldest first. `step` is how long each lasts; one bar is 1 wide, `width` the whole drawing."""

    bars: list[Bar]
    step: timedelta
    width: int

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width} {HEIGHT:g}"

    @property
    def bar_width(self) -> float:
        return 1 - GAP

    @property
    def is_daily(self) -> bool:
        return self.step >= timedelta(days=1)

    @property
    def filled(self) -> list[Bar]:
        """Return the bars that have a message."""
        return [bar for bar in self.bars if bar.count]


def timeline_of(messages: Iterable[tuple[datetime, bool]]) -> Timeline:
    """Return the time line of messages, given as (time, is a threat): by hours, or by days if that is long."""
    rows = list(messages)
    if not rows:
        return Timeline([], timedelta(hours=1), 0)
    first, last = min(rows)[0], max(rows)[0]
    step = timedelta(hours=1) if last - first <= BARS_AT_MOST * timedelta(hours=1) else timedelta(days=1)
    begin = _floor(first, step)
    number = min((last - begin) // step + 1, BARS_AT_MOST)
    counts, threats = Counter[int](), Counter[int]()
    for at, is_threat in rows:
        place = min((at - begin) // step, number - 1)
        counts[place] += 1
        threats[place] += is_threat
    scale = HEIGHT / max(counts.values())
    bars = [
        Bar(
            begin + place * step, place + GAP / 2, HEIGHT - counts[place] * scale, counts[place] * scale,
            counts[place], threats[place], threats[place] * scale,
        )
        for place in range(number)
    ]  # fmt: skip
    return Timeline(bars, step, max(number, NARROWEST))


def _floor(moment: datetime, step: timedelta) -> datetime:
    midnight = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (moment - midnight) // step * step
