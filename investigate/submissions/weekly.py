"""What the weekly report tells of submissions. Imported when the app is ready."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from statistics import median

from dashboard.weekly_report.figures import More, register_report_figures
from investigate.reviews.selectors import submissions_all

READ_AT_MOST = 5000


def submission_lines(start: datetime, end: datetime) -> Iterable[More]:
    """Return how many submissions came, how many of them ended, and how long that took in the middle."""
    rows = submissions_all().filter(requested_at__gte=start, requested_at__lt=end).order_by("-requested_at")
    found = list(rows.only("requested_at", "answered_at", "closed_at")[:READ_AT_MOST])
    ages = [row.age.total_seconds() / 3600 for row in found if row.ended_at]
    yield More({"en": "Submissions", "de": "Einreichungen"}, f"{len(found)}")
    yield More({"en": "of them answered", "de": "davon beantwortet"}, f"{len(ages)}")
    if ages:
        yield More(
            {"en": "Median time to the answer", "de": "Mittlere Zeit (Median) bis zur Antwort"}, _duration(median(ages))
        )


def _duration(hours: float) -> str:
    return f"{hours * 60:.0f} min" if hours < 3 else f"{hours:.0f} h"


register_report_figures(submission_lines)
