"""Walks all messages that a search finds, newest first, even if the API limits the number of results of one search.

The last page of a search does not prove that there are no older messages, since servers may stop after a maximum
number of results without saying so. So if a search returned at least one full page, the time before its oldest message
is searched again, until no older message is returned. A search that fails is repeated over half of its window, down to
one minute. A window of that size that still fails is recorded as a gap. A message may be returned twice only where two
searches overlap, and is skipped the second time.

A walk that proved long asks for larger pages. A large page is read and handed out in parts, so that memory stays flat.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, log2
from typing import Any

from api_client import BadRequest, Client, ResponseInvalid, ServerError, TimedOut
from api_client.models import Message
from api_client.parted_page import PartedPage
from api_client.resources import SearchFilters
from dashboard.walking.page_size import SMALL, note_refusal
from dashboard.walking.position import RECENT_AT_MOST, SECOND, Position, Window

PER_PAGE = SMALL
SMALLEST_WINDOW = timedelta(minutes=1)
FAILURES_BEYOND = 4
"""Number of consecutive failures, in addition to those needed to reach the smallest window, after which the walk stops
with an error, since the API as a whole is failing."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part of a page: messages that were not returned before, and the walk's position after them for a JSON column.

    `looked_until` is the time down to which the walk has come, or None at its end. `ends_page` says that the next part
    takes another call.
    """

    messages: list[Message]
    position: dict[str, Any]
    looked_until: datetime | None
    ends_page: bool = True


def walk(
    client: Client,
    filters: SearchFilters,
    *,
    start: datetime,
    end: datetime,
    position: dict[str, Any] | None = None,
    per_page: int = PER_PAGE,
    largest: int = 0,
    is_long: bool = False,
) -> Iterator[Leaf]:
    """Yield every message of a search from `end` back to `start` (aware, both inclusive), up to `per_page` at once.

    `position` continues an earlier walk over the same search. `looked_until` of the last part is None. Pages of up to
    `largest` messages are asked for after the first whole one, or from the start if `is_long`. Raise ApiError if the
    API refuses the search, limits the rate, fails repeatedly or can't be reached. The walk can then be continued from
    the position of the last part.
    """
    at = Position.from_json(position) if position else Position.over(start, end)
    at.is_long = at.is_long or is_long
    filters = filters.copy()
    is_refused_large = False
    failures, halvings = 0, max(0, ceil(log2(max(1.0, (end - start) / SMALLEST_WINDOW))))
    while at.windows:
        window = at.windows[0]
        filters["start"], filters["end"] = window.start, window.end
        filters["per_page"] = size = _page_size(at, per_page, largest)
        try:
            page = client.investigate.list_parted(cursor=at.cursor, **filters)
        except (BadRequest, ResponseInvalid, ServerError, TimedOut) as error:
            is_refusal = isinstance(error, BadRequest)
            if size > per_page:
                _step_down(at)
                is_refused_large = is_refusal
            elif is_refusal and at.cursor is not None:
                # The cursor has expired or is too deep. Continue with a new search from its oldest message.
                _restart_without_cursor(at)
                is_refused_large = False
            elif isinstance(error, BadRequest | ResponseInvalid) or failures >= halvings + FAILURES_BEYOND:
                raise
            else:
                failures += 1
                _halve(at)
            continue
        if is_refused_large:
            # The same page was served in a smaller size, so the size was refused, and nothing else.
            note_refusal()
        failures, is_refused_large = 0, False
        yield from _parts(at, page, size, per_page)
        # Else the page would stay in memory while the next one is read.
        del page
    if failures:
        # The last window became a gap, so no page has saved it yet.
        yield Leaf([], at.to_json(), None)


def _page_size(at: Position, per_page: int, largest: int) -> int:
    """Return how many messages to ask for. The rest of a page is asked for as that page was."""
    if at.after:
        return at.size or per_page
    return max(per_page, largest) if at.is_long and not at.keeps_small else per_page


def _step_down(at: Position) -> None:
    """Go on with small pages, from the oldest message on if a part of the large one was returned already."""
    at.keeps_small = True
    if at.after:
        _restart_without_cursor(at)


def _parts(at: Position, page: PartedPage, size: int, per_page: int) -> Iterator[Leaf]:
    """Yield the parts of a page that were not returned before, and move the position on."""
    at.size, at.is_long = size, at.is_long or (len(page) >= per_page and page.next is not None)
    skipping = bool(at.after)
    if skipping and not any(message.id == at.after for part in page.parts(per_page) for message in part):
        # The page is not the one of which a part was returned.
        _restart_without_cursor(at)
        return
    left = len(page)
    for part in page.parts(per_page):
        left -= len(part)
        found = part
        if skipping:
            ids = [message.id for message in part]
            if at.after not in ids:
                continue
            found, skipping = part[ids.index(at.after) + 1 :], False
        fresh = _take_in(at, found)
        if left:
            at.after = part[-1].id
            yield Leaf(fresh, at.to_json(), at.looked_until, ends_page=False)
            # Else these messages would stay in memory while the next part is read.
            del part, found, fresh
            continue
        at.after = ""
        if page.next is not None:
            at.cursor = page.next
        else:
            _end_search(at, per_page)
        yield Leaf(fresh, at.to_json(), at.looked_until)


def received_at(message: Message) -> datetime | None:
    """Return the time by which the API orders messages, or None if the message has none."""
    return message.scanned_at


def _take_in(at: Position, found: Sequence[Message]) -> list[Message]:
    known = set(at.recent)
    fresh = [message for message in found if message.id not in known]
    at.returned += len(found)
    if at.suspect is not None:
        at.gaps += [at.suspect] if found else []
        at.suspect = None
    times = [time for message in found if (time := received_at(message))]
    if times:
        at.oldest = min([*times, *([at.oldest] if at.oldest else [])])
    at.recent = (at.recent + [message.id for message in fresh])[-RECENT_AT_MOST:]
    return fresh


def _end_search(at: Position, per_page: int) -> None:
    """Decide, after the last page of a search, whether there may be older messages in its window."""
    window, oldest = at.windows[0], at.oldest
    if at.returned < per_page or oldest is None or oldest <= window.start:
        at.next_window()
    elif at.floor is None or oldest < at.floor:
        at.again_from_oldest()
    else:
        # The search returned at least a full page from one second and nothing older. Either there are no older
        # messages, or the second contains more messages than the API returns. The search before that second decides.
        below = Window(window.start, oldest - SECOND)
        at.next_window()
        if below.start < below.end:
            at.windows.insert(0, below)
            at.suspect = Window(oldest, oldest)


def _halve(at: Position) -> None:
    """Split the rest of the current window into two halves, the newer one first. Record it as a gap if too small."""
    window = at.windows[0]
    newest = min(window.end, at.oldest + SECOND) if at.oldest else window.end
    left = Window(window.start, max(newest, window.start))
    at.next_window()
    if left.end - left.start <= SMALLEST_WINDOW:
        at.gaps.append(left)
        return
    middle = left.start + (left.end - left.start) / 2
    at.windows[:0] = [Window(middle, left.end), Window(left.start, middle)]


def _restart_without_cursor(at: Position) -> None:
    if at.oldest is None or (at.floor is not None and at.oldest >= at.floor):
        # This search came no further back than the previous one, so the rest of the window can't be walked.
        window = at.windows[0]
        at.gaps.append(Window(window.start, min(window.end, at.oldest or window.end)))
        at.next_window()
    else:
        at.again_from_oldest()


def gaps_of(position: dict[str, Any]) -> list[Window]:
    """Return the gaps of a walk: the windows that the API did not return in full, newest first."""
    return Position.from_json(position).gaps
