"""Walking all that a search finds, newest first, past whatever cap the API has on one search.

A search that ends may have been cut off: servers stop after so many results, and say nothing. So where a search gave
at least one full page, the stretch below its oldest message is searched once more, until nothing older comes. A
search that fails is made again over half the stretch, down to a minute; what even then fails becomes a gap with a
name. A message may come again only where two searches touch, and is left out the second time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, log2
from typing import Any

from api_client import BadRequest, Client, ServerError, TimedOut
from api_client.models import Message
from api_client.pagination import CursorPage
from api_client.resources import SearchFilters
from dashboard.walking.position import RECENT_AT_MOST, SECOND, Position, Window

PER_PAGE = 1000
SMALLEST_WINDOW = timedelta(minutes=1)
FAILURES_BEYOND = 4
"""So often a search may fail in a row beyond the halvings that lead to the smallest stretch, before the API as a whole
is taken to be failing."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of a walk: messages that have not come before, and where to go on; `position` is for a JSON column."""

    messages: list[Message]
    position: dict[str, Any]
    looked_until: datetime | None


def walk(
    client: Client,
    filters: SearchFilters,
    *,
    start: datetime,
    end: datetime,
    position: dict[str, Any] | None = None,
    per_page: int = PER_PAGE,
) -> Iterator[Leaf]:
    """Give every message of a search from `end` back to `start` (aware, both included), in leaves of up to `per_page`.

    `position` is where an earlier walk over the same search stood. The last leaf has an empty `looked_until`. Raises
    ApiError when the API refuses the search, holds it up or can't be reached; the newest leaf's position goes on then.
    """
    at = Position.from_json(position) if position else Position.over(start, end)
    filters = filters.copy()
    filters["per_page"] = per_page
    failures, halvings = 0, max(0, ceil(log2(max(1.0, (end - start) / SMALLEST_WINDOW))))
    while at.windows:
        window = at.windows[0]
        filters["start"], filters["end"] = window.start, window.end
        try:
            page = client.investigate.list(cursor=at.cursor, **filters)
        except (ServerError, TimedOut):
            failures += 1
            if failures > halvings + FAILURES_BEYOND:
                raise
            _halve(at)
            continue
        except BadRequest:
            if at.cursor is None:
                raise
            # The cursor is too old or too deep. Below the oldest message of it, there is another way down.
            _go_round(at)
            continue
        failures = 0
        fresh = _take_in(at, page)
        if page.next is not None:
            at.cursor = page.next
        else:
            _end_search(at, per_page)
        yield Leaf(fresh, at.to_json(), at.looked_until)
    if failures:
        # The last thing that happened was a gap: it has to be told too.
        yield Leaf([], at.to_json(), None)


def received_at(message: Message) -> datetime | None:
    """Give the time by which the API orders a message; None where it does not say."""
    return message.scanned_at


def _take_in(at: Position, page: CursorPage[Message]) -> list[Message]:
    known = set(at.recent)
    fresh = [message for message in page.items if message.id not in known]
    at.returned += len(page.items)
    if at.suspect is not None:
        at.gaps += [at.suspect] if page.items else []
        at.suspect = None
    times = [time for message in page.items if (time := received_at(message))]
    if times:
        at.oldest = min([*times, *([at.oldest] if at.oldest else [])])
    at.recent = (at.recent + [message.id for message in fresh])[-RECENT_AT_MOST:]
    return fresh


def _end_search(at: Position, per_page: int) -> None:
    """Decide, after a search's last page, whether anything may lie below it."""
    window, oldest = at.windows[0], at.oldest
    if at.returned < per_page or oldest is None or oldest <= window.start:
        at.next_window()
    elif at.floor is None or oldest < at.floor:
        at.again_from_oldest()
    else:
        # A whole page from one second, and nothing older: either that is all, or the second holds more than the API
        # gives at once. The search below it tells.
        below = Window(window.start, oldest - SECOND)
        at.next_window()
        if below.start < below.end:
            at.windows.insert(0, below)
            at.suspect = Window(oldest, oldest)


def _halve(at: Position) -> None:
    """Search the newer half first; what is too small to halve becomes a gap."""
    window = at.windows[0]
    newest = min(window.end, at.oldest + SECOND) if at.oldest else window.end
    left = Window(window.start, max(newest, window.start))
    at.next_window()
    if left.end - left.start <= SMALLEST_WINDOW:
        at.gaps.append(left)
        return
    middle = left.start + (left.end - left.start) / 2
    at.windows[:0] = [Window(middle, left.end), Window(left.start, middle)]


def _go_round(at: Position) -> None:
    if at.oldest is None or (at.floor is not None and at.oldest >= at.floor):
        # No deeper than the time before: this stretch can't be walked to its end.
        window = at.windows[0]
        at.gaps.append(Window(window.start, min(window.end, at.oldest or window.end)))
        at.next_window()
    else:
        at.again_from_oldest()


def gaps_of(position: dict[str, Any]) -> list[Window]:
    """Give the stretches of time that a walk could not see, newest first."""
    return Position.from_json(position).gaps
