"""Registration of the badge of overdue submissions and of the overview's figures about submissions."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localdate

from dashboard.badges import register_badge
from dashboard.capabilities import Capability
from dashboard.overview.figures import COUNTED_AT_MOST, Figure, bounded, register_figures
from investigate.reviews.selectors import submissions_all
from investigate.submissions.selectors import OPEN, overdue_count


def submission_figures(since: datetime) -> list[Figure]:
    """Return the figures: submissions that are open and overdue now, and those requested since `since`.

    Of the latter, the number that were decided otherwise than requested is a figure too.
    """
    first = localdate(since).isoformat()
    asked = submissions_all().filter(requested_at__gte=since)
    otherwise = asked.exclude(outcome_disposition="").exclude(outcome_disposition=F("requested_disposition"))
    overdue = overdue_count()
    counts = [
        ("Open submissions", submissions_all().filter(OPEN)[: COUNTED_AT_MOST + 1].count(), {"view": "open"}, False),
        ("Overdue submissions", overdue, {"view": "overdue"}, bool(overdue)),
        ("Submissions asked", asked[: COUNTED_AT_MOST + 1].count(), {"view": "all", "from_day": first}, False),
        (
            "Decided otherwise than asked",
            otherwise[: COUNTED_AT_MOST + 1].count(),
            {"view": "all", "from_day": first, "agreement": "differed"},
            False,
        ),
    ]
    address = reverse("reviews:submissions")
    return [
        Figure(label, bounded(count), f"{address}?{urlencode(query)}", Capability.SEARCH, warns=warns)
        for label, count, query, warns in counts
    ]


register_badge("reviews:submissions", overdue_count, meaning="overdue")
register_figures(submission_figures)
