"""What a run came to: times, the queue over time, errors, and processor time for each message."""

from __future__ import annotations

import statistics
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tests.benchmarks.mail_flow.sending import Run, Sent

WANTED_SECONDS = 2.0
QUARTERS = 4


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one run. Times are seconds from the end of DATA; `queue` counts messages at each second."""

    count: int
    delivered: list[float]
    held: list[float]
    late_starts: float
    errors: dict[str, int]
    missing: int
    surplus: int
    queue: list[int]
    processors: dict[str, float]
    idle: dict[str, float]
    rate: float

    @property
    def is_growing(self) -> bool:
        """Whether the last quarter's queue is longer than the second's by more than half a second of arrivals."""
        length = len(self.queue) // QUARTERS
        if length < 1:
            return False
        second, last = self.queue[length : 2 * length], self.queue[-length:]
        return statistics.mean(last) > 1.5 * statistics.mean(second) + self.rate / 2

    @property
    def holds(self) -> bool:
        """Whether the bar is met: everything arrives once, without a growing queue, 95 of 100 within two seconds."""
        is_whole = not (self.errors or self.missing or self.surplus)
        return is_whole and not self.is_growing and share(self.delivered, 95) < WANTED_SECONDS

    @property
    def milliseconds_each(self) -> dict[str, float]:
        """Processor time of each part for one message, in milliseconds, what it uses idle included."""
        return {name: 1000 * used / self.count for name, used in self.processors.items()}


def figures(
    run: Run,
    arrived: Mapping[int, list[float]],
    held: Collection[str],
    *,
    processors: dict[str, float],
    idle: dict[str, float] | None = None,
) -> Figures:
    """Return the figures of a run. `held` are the transactions, as replies name them, that were not to arrive."""
    delivered, kept, done, errors = [], [], [], dict[str, int]()
    missing = surplus = 0
    for one in run.sent:
        times = arrived.get(one.number, [])
        if one.error:
            errors[one.error[:80]] = errors.get(one.error[:80], 0) + 1
            continue
        is_held = any(name in one.reply for name in _names(one, held))
        missing += 0 if is_held else max(0, one.copies - len(times))
        surplus += max(0, len(times) - one.copies)
        if is_held:
            kept.append(one.answered - one.ended)
            done.append((one.due, one.answered))
        elif times:
            delivered.append(max(times) - one.ended)
            done.append((one.due, max(times)))
    return Figures(
        count=len(run.sent),
        delivered=delivered,
        held=kept,
        late_starts=max((one.ended - one.due for one in run.sent if one.ended), default=0.0),
        errors=errors,
        missing=missing,
        surplus=surplus,
        queue=_queue(done, len(run.sent) / run.rate),
        processors=processors,
        idle=idle or {},
        rate=run.rate,
    )


def _names(one: Sent, held: Collection[str]) -> list[str]:
    word = one.reply.rpartition(" ")[2]
    return [word] if word in held else []


def _queue(done: list[tuple[float, float]], seconds: float) -> list[int]:
    begun = min((due for due, _ in done), default=0.0)
    length = max(1, int(seconds))
    changes = [0] * (length + 2)
    for due, end in done:
        changes[min(length + 1, int(due - begun) + 1)] += 1
        changes[min(length + 1, int(end - begun) + 1)] -= 1
    queue, waiting = [], 0
    for second in range(1, length + 1):
        waiting += changes[second]
        queue.append(waiting)
    return queue


def share(values: list[float], percent: int) -> float:
    """Return the value that `percent` of 100 values don't exceed; 0 if there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0
