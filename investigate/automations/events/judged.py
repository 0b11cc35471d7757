"""Finds messages that were judged: a walk over the search, which works on every backend."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from api_client.resources import SearchFilters
from dashboard.verdicts import verdict_of
from dashboard.walking.walk import walk
from investigate.automations.events.found import Found, Search
from investigate.automations.states import Scope

OVERLAP = timedelta(minutes=10)
"""How much is walked again, since a message may be listed a while after the time that it carries."""

ALONE_AT_ONCE = 250
COPIES_AT_ONCE = 25
"""Where copies are looked for, a page is this small: each message is a search of its own."""


def start(at: datetime) -> dict[str, Any]:
    """Return the cursor from which messages after `at` are found."""
    return {"from": at.isoformat()}


def step(search: Search, cursor: dict[str, Any]) -> Found:
    """Return the next page of the walk from now back to where the last walk began. Raise ApiError."""
    begun = datetime.fromisoformat(cursor["from"])
    end = datetime.fromisoformat(cursor["end"]) if cursor.get("end") else search.until
    filters = SearchFilters(**{"detections_only": False, **search.condition.filters})
    first = max(begun - OVERLAP, search.since)
    if first >= end:
        return Found({"from": begun.isoformat()})
    pages = walk(search.client, filters, start=first, end=end, position=cursor.get("walk"), per_page=_per_page(search))
    leaf = next(pages, None)
    # Walks overlap, and each message may cost a detail or a search for copies.
    read = search.without_known(leaf.messages) if leaf else []
    fitting = [one for one in read if search.condition.fits(search.client, one, is_filtered=True)]
    sets = [
        search.set_of(one, f"judged {verdict_of(one.final_disposition or 'NONE').label.lower()}") for one in fitting
    ]
    if leaf is None or leaf.looked_until is None:
        return Found(start(end), sets, is_end=True, undecided=search.condition.undecided)
    following = {"from": begun.isoformat(), "end": end.isoformat(), "walk": leaf.position}
    return Found(following, sets, is_end=False, undecided=search.condition.undecided)


def _per_page(search: Search) -> int:
    return ALONE_AT_ONCE if search.automation.scope == Scope.MESSAGE else COPIES_AT_ONCE
