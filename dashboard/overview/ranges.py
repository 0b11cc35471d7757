"""The time ranges of the overview and their division into bars, all in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

DAYS = 90
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Range:
    """One time range: `span` back from now, divided into bars of `step`. Both are whole hours."""

    name: str
    label: str
    span: timedelta
    step: timedelta

    def start(self, now: datetime) -> datetime:
        """Return the start of the first bar. The last bar contains `now`."""
        seconds = self.step.total_seconds()
        current = datetime.fromtimestamp(now.timestamp() // seconds * seconds, UTC)
        return current - self.span + self.step

    def bars(self, now: datetime) -> list[datetime]:
        """Return the start times of all bars, oldest first."""
        first = self.start(now)
        return [first + number * self.step for number in range(self.span // self.step)]

    def days(self, now: datetime) -> list[date]:
        """Return the days that the range overlaps, oldest first."""
        first, last = self.start(now).date(), now.astimezone(UTC).date()
        return [first + timedelta(days=number) for number in range((last - first).days + 1)]


RANGES = {
    found.name: found
    for found in (
        Range("24h", "24 hours", timedelta(days=1), HOUR),
        Range("7d", "7 days", timedelta(days=7), 6 * HOUR),
        Range("30d", "30 days", timedelta(days=30), timedelta(days=1)),
        Range("90d", "90 days", timedelta(days=DAYS), timedelta(days=1)),
    )
}
DEFAULT_RANGE = "7d"
