"""Finds mailboxes that get more messages in an hour than an alert's threshold: a mail bomb.

It counts the recipients of the newest messages of the last hour, which works on every backend.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from api_client import Client
from api_client.resources import SearchFilters
from dashboard.walking.walk import walk
from investigate.alerts.finders.found import Found, Sighting
from investigate.alerts.models import Alert

HOUR = timedelta(hours=1)
EVERY = timedelta(minutes=10)
PAGES_AT_MOST = 5
PER_PAGE = 1000
TOLD_AT_MOST = 50


def start(_now: datetime) -> dict[str, Any]:
    """Return the cursor before the first look."""
    return {}


def find(alert: Alert, client: Client, now: datetime) -> Found:
    """Return the mailboxes that got `threshold` messages within the last hour; look every EVERY. Raise ApiError."""
    last = alert.cursor.get("at")
    if last and now - datetime.fromisoformat(last) < EVERY:
        return Found(alert.cursor)
    got: Counter[str] = Counter()
    trouble = ""
    pages = walk(client, SearchFilters(detections_only=False), start=now - HOUR, end=now, per_page=PER_PAGE)
    for number, leaf in enumerate(pages, start=1):
        for message in leaf.messages:
            got.update({address.casefold() for address in message.client_recipients or message.to or []})
        if number == PAGES_AT_MOST and leaf.looked_until is not None:
            trouble = f"Of the last hour only the newest {PAGES_AT_MOST * PER_PAGE:,} messages are counted."
            break
    hour = now.replace(minute=0, second=0, microsecond=0).isoformat()
    hit = [(address, count) for address, count in got.most_common(TOLD_AT_MOST) if count >= alert.threshold]
    sightings = [
        Sighting(
            f"mailbox:{address}"[:400],
            f"{hour}:{address}"[:400],
            f"{address} got {count:,} messages within an hour",
            f"{reverse('investigate:search')}?{urlencode({'q': f'to:{address} last:24h'})}"[:400],
        )
        for address, count in hit
    ]
    return Found({"at": now.isoformat()}, sightings, trouble)
