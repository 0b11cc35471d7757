"""Build the charts and top lists of the overview from a picture's figures: SVG bars, counts and search links."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dashboard.overview.links import quoted, search_link

HEIGHT = 100
WIDTH = 10
GAP = 2

# How dispositions are drawn: (API value, kind, which sets the colour, mark, label), from the bottom of a stack upwards.
DISPOSITIONS = [
    ("MALICIOUS", "malicious", "■", "Malicious"),
    ("SUSPICIOUS", "suspicious", "▲", "Suspicious"),
    ("SPOOF", "spoof", "◆", "Spoof"),
    ("SPAM", "spam", "●", "Spam"),
    ("BULK", "bulk", "○", "Bulk"),
    ("NONE", "clean", "✓", "Clean"),
]
# The same for held, released and moved mail: (name, kind, mark, label, (search parameter, value)).
PLACES = [
    ("held", "held", "■", "Held", ("status", "quarantined")),
    ("released", "released", "▲", "Released", ("action", "QUARANTINE_RELEASED")),
    ("moved", "moved", "○", "Moved", ("action", "MOVED")),
]
ATTACKS = ("MALICIOUS", "SUSPICIOUS", "SPOOF")


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart: its kind (colour), mark, label, total over the range, and search link."""

    kind: str
    mark: str
    label: str
    total: int
    url: str


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a stacked bar, in SVG user units, with its count and search link."""

    kind: str
    label: str
    count: int
    url: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One time interval with its parts. `cells` has one part per series, including empty ones, for the table."""

    at: datetime
    until: datetime
    cells: list[Segment]

    @property
    def segments(self) -> list[Segment]:
        """The parts that are not empty."""
        return [cell for cell in self.cells if cell.count]

    @property
    def total(self) -> int:
        """The sum of all parts."""
        return sum(cell.count for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Chart:
    """A stacked bar chart over time. `most` is the largest bar total, which is drawn at full height."""

    series: list[Series]
    bars: list[Bar]
    most: int
    step: timedelta

    @property
    def view_box(self) -> str:
        """The SVG view box."""
        return f"0 0 {max(1, len(self.bars)) * WIDTH} {HEIGHT}"

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return self.most == 0

    @property
    def is_daily(self) -> bool:
        """Whether each bar covers at least a day."""
        return self.step >= timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a top list. `share` is the count in percent of the first row's count."""

    value: str
    count: int
    share: float
    url: str


def disposition_chart(figures: dict[str, Any]) -> Chart:
    """Return the chart of messages by disposition over time."""
    kinds = [(name, kind, mark, label, {"disposition": name}) for name, kind, mark, label in DISPOSITIONS]
    return _stacked(figures, "dispositions", kinds)


def place_chart(figures: dict[str, Any]) -> Chart:
    """Return the chart of held, released and moved messages by time of arrival."""
    kinds = [(name, kind, mark, label, dict([search])) for name, kind, mark, label, search in PLACES]
    return _stacked(figures, "places", kinds)


def _stacked(figures: dict[str, Any], part: str, kinds: list[tuple[str, str, str, str, dict[str, str]]]) -> Chart:
    step = timedelta(seconds=figures["step"])
    start, end = datetime.fromisoformat(figures["start"]), datetime.fromisoformat(figures["end"])
    series = [
        Series(kind, mark, label, figures["sums"][part].get(name, 0), search_link(start, end, **search))
        for name, kind, mark, label, search in kinds
    ]
    most = max((sum(bar[part].get(name, 0) for name, *_ in kinds) for bar in figures["bars"]), default=0)
    bars = [_bar(number, bar, part, kinds, step, most) for number, bar in enumerate(figures["bars"])]
    return Chart(series, bars, most, step)


def _bar(
    number: int,
    bar: dict[str, Any],
    part: str,
    kinds: list[tuple[str, str, str, str, dict[str, str]]],
    step: timedelta,
    most: int,
) -> Bar:
    at = datetime.fromisoformat(bar["at"])
    cells, top = [], float(HEIGHT)
    for name, kind, _mark, label, search in kinds:
        count = bar[part].get(name, 0)
        height = count * HEIGHT / most if most else 0.0
        top -= height
        url = search_link(at, at + step, **search) if count else ""
        cells.append(
            Segment(kind, label, count, url, number * WIDTH + GAP / 2, round(top, 3), WIDTH - GAP, round(height, 3))
        )
    return Bar(at, at + step, cells)


def top_rows(figures: dict[str, Any], name: str) -> list[Row]:
    """Return the rows of one of the picture's `tops`, each with its search link."""
    start, end = datetime.fromisoformat(figures["start"]), datetime.fromisoformat(figures["end"])
    pairs = figures["tops"].get(name, [])
    most = max((count for _, count in pairs), default=0)
    return [
        Row(value, count, round(count * 100 / most, 1), search_link(start, end, **_SEARCHES[name](value)))
        for value, count in pairs
    ]


def _targets(value: str) -> dict[str, Any]:
    return {"recipient": value, "disposition": ATTACKS}


_SEARCHES: dict[str, Callable[[str], dict[str, Any]]] = {
    "targets": _targets,
    "senders": lambda value: {"sender": value, "detections_only": "on"},
    "names": lambda value: {"q": f"from:{quoted(value)} (disposition:spoof OR disposition:malicious)"},
    "categories": lambda value: {"q": f"category:{quoted(value)}"},
    "authentication": lambda value: {"q": value},
}


def labelled_bars(chart: Chart) -> Iterable[Bar]:
    """Return the bars that the time axis labels: the first, middle and last one, or all if there are at most two."""
    bars = chart.bars
    return [bars[0], bars[len(bars) // 2], bars[-1]] if len(bars) > 2 else bars
