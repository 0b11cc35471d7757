"""Finds new messages that a saved search matches, by walks over the search: that works on every backend."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from api_client import Client
from api_client.resources import SearchFilters
from dashboard.walking.walk import walk
from investigate.alerts.finders.found import Found, Sighting
from investigate.alerts.models import Alert
from investigate.automations.condition import condition_of

OVERLAP = timedelta(minutes=10)
"""How much is walked again, since a message may be listed a while after the time that it carries."""
PAGES_AT_ONCE = 4
PER_PAGE = 250


def start(now: datetime) -> dict[str, Any]:
    """Return the cursor from which messages after `now` are found."""
    return {"from": now.isoformat(), "since": now.isoformat()}


def find(alert: Alert, client: Client, now: datetime) -> Found:
    """Return the next matches. Raise ApiError or ConditionInvalid."""
    condition = condition_of(alert.search)
    begun, since = (datetime.fromisoformat(alert.cursor[name]) for name in ("from", "since"))
    end = datetime.fromisoformat(alert.cursor["end"]) if alert.cursor.get("end") else now
    filters = SearchFilters(**{"detections_only": False, **condition.filters})
    first = max(begun - OVERLAP, since)
    found = Found(alert.cursor)
    position = alert.cursor.get("walk")
    if first < end:
        pages = walk(client, filters, start=first, end=end, position=position, per_page=PER_PAGE)
        for number, leaf in enumerate(pages, start=1):
            fitting = [one for one in leaf.messages if condition.fits(client, one, is_filtered=True)]
            found.sightings += [
                Sighting(
                    "search",
                    one.id,
                    f"{one.from_ or one.envelope_from or 'unknown sender'}: {one.subject or '(no subject)'}",
                    reverse("investigate:message", args=[one.id]),
                )
                for one in fitting
            ]
            if leaf.looked_until is not None and number == PAGES_AT_ONCE:
                found.cursor = {**alert.cursor, "end": end.isoformat(), "walk": leaf.position}
                return _told(found, condition.undecided)
    found.cursor = {"from": end.isoformat(), "since": since.isoformat()}
    return _told(found, condition.undecided)


def _told(found: Found, undecided: int) -> Found:
    if undecided:
        found.trouble = f"{undecided} messages could not be told to match or not, and were left out."
    return found
