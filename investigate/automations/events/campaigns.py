"""Finds messages that joined a campaign of threats: the campaign grew."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from investigate.automations.events.found import Found, Search
from investigate.campaigns.keys import mine
from investigate.campaigns.models import Campaign, CampaignMessage

MESSAGES_AT_ONCE = 25
SETTLED = timedelta(seconds=60)
"""Messages that joined later than this ago wait: one grouping writes its campaigns one after another."""


def start(at: datetime) -> dict[str, Any]:
    """Return the cursor from which messages that joined after `at` are found."""
    return {"at": at.isoformat(), "pk": 0}


def step(search: Search, cursor: dict[str, Any]) -> Found:
    """Return the next messages that joined, also those of a new campaign. Raise ApiError."""
    at = datetime.fromisoformat(cursor["at"])
    grown = mine(Campaign).filter(is_threat=True, grown_at__gte=at)
    rows = list(
        mine(CampaignMessage)
        .filter(Q(joined_at__gt=at) | Q(joined_at=at, pk__gt=cursor["pk"]), campaign__in=grown)
        .filter(joined_at__lte=search.until - SETTLED)
        .select_related("campaign")
        .order_by("joined_at", "pk")[:MESSAGES_AT_ONCE]
    )
    sets = []
    for row in rows:
        message = search.read(row.investigate_id)
        if message is not None and search.condition.fits(search.client, message):
            sets.append(search.set_of(message, f"joined a campaign of {row.campaign.size:,} messages"))
    if rows:
        cursor = {"at": rows[-1].joined_at.isoformat(), "pk": rows[-1].pk}
    return Found(cursor, sets, len(rows) < MESSAGES_AT_ONCE, search.condition.undecided)
