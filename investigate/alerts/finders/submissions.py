"""Finds submissions that became overdue, in the mirror of the API's submissions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from api_client import Client
from investigate.alerts.finders.found import Found, Sighting
from investigate.alerts.models import Alert
from investigate.reviews.models import overdue_before
from investigate.reviews.selectors import submissions_all
from investigate.submissions.selectors import OPEN

AT_ONCE = 200


def start(_now: datetime) -> dict[str, Any]:
    """Return the cursor: what was overdue before is not told."""
    return {"from": overdue_before().isoformat()}


def find(alert: Alert, _client: Client, _now: datetime) -> Found:
    """Return submissions that became overdue since."""
    since, until = datetime.fromisoformat(alert.cursor["from"]), overdue_before()
    open_ones = submissions_all().filter(OPEN, gone_at=None, requested_at__gt=since, requested_at__lte=until)
    rows = list(open_ones.order_by("requested_at", "pk")[: AT_ONCE + 1])
    ended = rows[AT_ONCE - 1].requested_at if len(rows) > AT_ONCE else until
    return Found(
        {"from": ended.isoformat()},
        [
            Sighting(
                f"submission:{row.submission_id}",
                f"submission:{row.submission_id}",
                row.subject or "(no subject)",
                reverse("reviews:submission", args=[row.submission_id]),
            )
            for row in rows[:AT_ONCE]
        ],
    )
