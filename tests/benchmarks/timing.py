"""Timing things side by side, and writing down what came out."""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

WARM_UP = 5


@dataclass
class Table:
    """The lines of the report. A ratio says how many times the floor something takes."""

    lines: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, what: str, figure: str, compared: str = "") -> None:
        self.lines.append((what, figure, compared))
        sys.stdout.write(f"| {what} | {figure} | {compared} |\n")
        sys.stdout.flush()


def side_by_side(actions: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Run the actions in turn, so that noise of the machine meets all of them; return milliseconds of each run."""
    found: dict[str, list[float]] = {name: [] for name in actions}
    for number in range(WARM_UP + rounds):
        for name, action in actions.items():
            started = time.perf_counter()
            action()
            if number >= WARM_UP:
                found[name].append((time.perf_counter() - started) * 1000)
    return found


def p50(values: list[float]) -> float:
    return statistics.median(values)


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


@contextmanager
def stopwatch() -> Iterator[Callable[[], float]]:
    """Give a function that tells the seconds since the block began, or how many it took."""
    started, ended = time.perf_counter(), 0.0
    yield lambda: (ended or time.perf_counter()) - started
    ended = time.perf_counter()
