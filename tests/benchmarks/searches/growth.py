"""Draws how searches grow with the store, as an SVG without scripts: a panel for each question, both axes by powers."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

WIDTH, HEIGHT = 300, 190
LEFT, RIGHT, TOP, BOTTOM = 48, 14, 34, 30
COLUMNS = 3
# Told apart without colours too: by their dashes.
LINES: Final = {"SQLite": ("#0b6e99", ""), "PostgreSQL": ("#a34a00", "6 3"), "notmuch": ("#4a4a4a", "2 3")}

Growth = Mapping[str, Mapping[str, Sequence[tuple[int, float]]]]
"""For each question and side: the sizes of the store with the milliseconds (p50) of one search."""


def growth_svg(growth: Growth) -> str:
    """Return the picture."""
    rows = math.ceil(len(growth) / COLUMNS)
    panels = [
        _panel(name, sides, (number % COLUMNS) * WIDTH, (number // COLUMNS) * HEIGHT)
        for number, (name, sides) in enumerate(growth.items())
    ]
    width, height = COLUMNS * WIDTH, rows * HEIGHT + 30
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
            'font-family="system-ui, sans-serif" font-size="11">',
            "<title>Milliseconds of one search (p50) by the number of messages</title>",
            f'<rect width="{width}" height="{height}" fill="#fff"/>',
            *panels,
            _legend(rows * HEIGHT + 18),
            "</svg>\n",
        ]
    )


def _panel(name: str, sides: Mapping[str, Sequence[tuple[int, float]]], left: int, top: int) -> str:
    points = [point for line in sides.values() for point in line]
    sizes = sorted({size for size, _ in points})
    low, high = _decades([spent for _, spent in points])
    inner_width, inner_height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    span = max(math.log10(sizes[-1] / sizes[0]), 0.01)

    def place(size: int, spent: float) -> tuple[float, float]:
        x = left + LEFT + inner_width * math.log10(size / sizes[0]) / span
        y = top + TOP + inner_height * (high - math.log10(spent)) / (high - low)
        return round(x, 1), round(y, 1)

    drawn = [f'<text x="{left + LEFT}" y="{top + 20}" font-weight="600" fill="#222">{escape(name)}</text>']
    for power in range(low, high + 1):
        _, y = place(sizes[0], 10.0**power)
        drawn += [
            f'<path d="M{left + LEFT} {y}h{inner_width}" stroke="#ddd"/>',
            f'<text x="{left + LEFT - 6}" y="{y + 4}" text-anchor="end" fill="#555">{10.0**power:g} ms</text>',
        ]
    for size in sizes:
        x, _ = place(size, 10.0**low)
        drawn.append(f'<text x="{x}" y="{top + HEIGHT - 12}" text-anchor="middle" fill="#555">{_short(size)}</text>')
    for side, line in sides.items():
        colour, dashes = LINES[side]
        places = [place(size, spent) for size, spent in line]
        path = " ".join(f"{x},{y}" for x, y in places)
        drawn.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>'
        )
        drawn += [f'<circle cx="{x}" cy="{y}" r="2.5" fill="{colour}"/>' for x, y in places]
    return "\n".join(drawn)


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _short(size: int) -> str:
    return f"{size / 1_000_000:g} M" if size >= 1_000_000 else f"{size / 1000:g} k"


def _legend(y: int) -> str:
    drawn = []
    for number, (side, (colour, dashes)) in enumerate(LINES.items()):
        x = LEFT + number * 130
        drawn += [
            f'<path d="M{x} {y - 4}h28" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>',
            f'<text x="{x + 34}" y="{y}" fill="#222">{side}</text>',
        ]
    return "\n".join(drawn)
