"""Counts a selection's messages while it is gathered, so that its preview does not have to count them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from dashboard.jobs.message_location import HELD
from dashboard.jobs.snapshot import Snapshot

KINDS = ("dispositions", "statuses", "domains")
DOMAINS_AT_MOST = 200
OTHER_DOMAINS = "other domains"


def tally(tallies: dict[str, Any], snapshots: Iterable[Snapshot]) -> dict[str, Any]:
    """Return the tallies with these messages added, as JSON data. A message counts once for each recipient domain."""
    counts = {kind: Counter(dict(tallies.get(kind, {}))) for kind in KINDS}
    for one in snapshots:
        if one.is_quarantined is None:
            continue
        counts["dispositions"][one.disposition or "NONE"] += 1
        counts["statuses"][status_of(one)] += 1
        for domain in {recipient.rpartition("@")[2].lower() for recipient in one.recipients}:
            known = domain in counts["domains"] or len(counts["domains"]) < DOMAINS_AT_MOST
            counts["domains"][domain if known else OTHER_DOMAINS] += 1
    return {kind: dict(counter) for kind, counter in counts.items()}


def status_of(one: Snapshot) -> str:
    """Return the status of a message in one word: HELD, else the first delivery status that the API names."""
    if one.is_quarantined:
        return HELD
    return one.status[0] if one.status else "delivered"
