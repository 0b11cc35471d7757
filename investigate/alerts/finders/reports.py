"""Finds PhishGuard reports of threats that were found after delivery, in the mirror of the API's reports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from api_client import Client
from investigate.alerts.finders.found import Found, Sighting
from investigate.alerts.models import Alert
from investigate.reviews.models import Report
from investigate.reviews.selectors import reports_all

AT_ONCE = 200


def start(_now: datetime) -> dict[str, Any]:
    """Return the cursor from which reports that the mirror writes from now on are found."""
    newest = reports_all().order_by("-pk").values_list("pk", flat=True).first()
    return {"pk": newest or 0}


def find(alert: Alert, _client: Client, _now: datetime) -> Found:
    """Return the next reports of threats found after delivery."""
    rows = list(reports_all().filter(pk__gt=alert.cursor["pk"]).order_by("pk")[:AT_ONCE])
    found = Found({"pk": rows[-1].pk} if rows else alert.cursor)
    found.sightings = [
        Sighting(
            f"report:{row.report_id}",
            f"report:{row.report_id}",
            row.title,
            reverse("reviews:report", args=[row.report_id]),
        )
        for row in rows
        if is_late_threat(row)
    ]
    return found


def is_late_threat(report: Report) -> bool:
    """Return whether a report is of a threat found after delivery.

    Our gateway says so in a tag. The reports of another backend have no such tag: each is taken for one, since it is
    written about mail that got through.
    """
    kinds = [tag.get("value") for tag in report.tags if isinstance(tag, dict) and tag.get("category") == "kind"]
    return not kinds or "late_threat" in kinds
