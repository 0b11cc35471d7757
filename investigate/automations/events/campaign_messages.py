"""Reads the messages of a campaign from the API with few calls: by pages over their times, then one by one."""

from __future__ import annotations

from collections.abc import Sequence

from api_client import BadRequest, Client, NotFound
from api_client.models import Message
from api_client.resources import SearchFilters
from dashboard.jobs.time_windows import windows_over
from dashboard.walking.walk import walk
from investigate.campaigns.models import Campaign

FEW = 20
"""Up to this number, messages are read one by one."""
PAGES_AT_MOST = 30
SINGLES_AT_MOST = 100
"""What pages did not show: the newest mail, or a gap. More of them than that are no campaign that could be read."""


def read_messages(client: Client, campaign: Campaign, ids: Sequence[str]) -> tuple[list[Message], bool]:
    """Return the messages of the campaign with these ids, and whether that is all that the API still has.

    It takes at most PAGES_AT_MOST and SINGLES_AT_MOST calls. Raise ApiError if one fails.
    """
    found: dict[str, Message] = {}
    if len(ids) > FEW:
        _read_pages(client, campaign, set(ids), found)
    missing = [name for name in ids if name not in found]
    for name in missing[:SINGLES_AT_MOST]:
        try:
            found[name] = client.investigate.get(name)
        except (NotFound, BadRequest):
            continue  # It is not there any more.
    return [found[name] for name in ids if name in found], len(missing) <= SINGLES_AT_MOST


def _read_pages(client: Client, campaign: Campaign, wanted: set[str], found: dict[str, Message]) -> None:
    rows = campaign.messages.values_list("investigate_id", "scanned_at")
    times = [at for name, at in rows.iterator(chunk_size=2000) if name in wanted]
    pages = 0
    for window in windows_over(times):
        for leaf in walk(client, SearchFilters(detections_only=False), start=window.start, end=window.end):
            found.update({one.id: one for one in leaf.messages if one.id in wanted})
            pages += 1
            if pages >= PAGES_AT_MOST or len(found) == len(wanted):
                return
