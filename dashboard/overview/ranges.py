"""The ranges that the overview shows, and the bars that each is cut into; all of it in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

DAYS = 90
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Range:
    """One range: `span` back from now, cut into bars of `step`; both are whole hours."""

    name: str
    label: str
    span: timedelta
    step: timedelta

    def start(self, now: datetime) -> datetime:
        """Give the start of the first bar; the last bar is the one that is under way."""
        seconds = self.step.total_seconds()
        current = datetime.fromtimestamp(now.timestamp() // seconds * seconds, UTC)
        return current - self.span + self.step

    def bars(self, now: datetime) -> list[datetime]:
        """Give the starts of all bars, oldest first."""
        first = self.start(now)
        return [first + number * self.step for number in range(self.span // self.step)]

    def days(self, now: datetime) -> list[date]:
        """Give the days that the range touches, oldest first."""
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
