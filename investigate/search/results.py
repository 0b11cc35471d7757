"""Reading mail from the API."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from api_client import ApiError, Client
from api_client.models import Message
from api_client.resources import SearchFilters
from dashboard.backend import api_client_for_console
from investigate.display.message import ShownMessage
from investigate.search.client_side_filter import MOST_DETAILS, Budget, Found, find
from investigate.search.form import PER_PAGE, SearchForm
from investigate.search.query import Known, truth
from investigate.search.resume_point import Seen, unseen

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of a search, newest first; the cursors are opaque, None at either end.

    `walk` tells how far rows were looked at, None where the API filtered everything by itself. Where the cursor ends,
    `past` is where the list goes on nevertheless, and `is_end` tells whether it was seen that nothing is left.
    """

    messages: list[ShownMessage]
    next_cursor: str | None = None
    previous_cursor: str | None = None
    past: Seen | None = None
    is_end: bool = False
    walk: Found | None = None


# The first page is painted after one call; each step after it takes longer, and more in one go.
_FIRST_LOOK = Budget(pages=1, per_page=250, details=0)
_STEP = Budget(pages=2, per_page=1000, details=0)
_STEP_WITH_DETAILS = Budget(pages=1, per_page=100, details=25)


def message_search(form: SearchForm, *, is_step: bool = False) -> SearchPage:
    """Return one page of the messages that match, or what a further step of the walk adds to it."""
    client, filters = api_client_for_console(), form.api_filters()
    if form.plan.rest is None:
        return _listed(client, form, filters)
    reads_details = form.plan.needs_detail and form.place.read < MOST_DETAILS
    budget = (_STEP_WITH_DETAILS if reads_details else _STEP) if is_step else _FIRST_LOOK
    found = find(
        client,
        filters=filters,
        rest=form.plan.rest,
        now=form.now,
        place=form.place,
        budget=budget,
        wanted=PER_PAGE,
    )
    return SearchPage([ShownMessage(message) for message in found.messages], walk=found)


def _listed(client: Client, form: SearchForm, filters: SearchFilters) -> SearchPage:
    cursor = form.cleaned_data["cursor"]
    page = client.investigate.list(cursor=cursor or None, **filters)
    rows = unseen(page.items, after=form.seen.id) if form.seen and not cursor else page.items
    shown = [ShownMessage(message) for message in rows]
    if page.next is not None:
        return SearchPage(shown, page.next, page.previous)
    if not cursor and not form.seen:  # What fits the first page is all there is.
        return SearchPage(shown, None, page.previous, is_end=True)
    try:
        past = _past_the_cursor(client, filters, page.items)
    except ApiError as error:
        logger.warning("Whether there is more than the cursor gave could not be seen: %r", str(error))
        return SearchPage(shown, None, page.previous)
    return SearchPage(shown, None, page.previous, past, is_end=past is None)


def _past_the_cursor(client: Client, filters: SearchFilters, rows: Sequence[Message]) -> Seen | None:
    """Tell whether the API has more than its cursor gave: what lies below the last row, None where nothing does."""
    seen = Seen.of(rows[-1]) if rows else None
    if seen is None:
        return None
    end = min(filters.get("end") or seen.until, seen.until)
    below = client.investigate.list(**SearchFilters(**{**filters, "end": end}))
    return seen if below.next is not None or unseen(below.items, after=seen.id) else None


MOST_NEWER = 50


def newer_messages(form: SearchForm, *, after: str) -> int:
    """Return how many messages that match came after the one with this id, MOST_NEWER at most; with one call."""
    filters = form.api_filters()
    filters["per_page"] = MOST_NEWER
    page = api_client_for_console().investigate.list(**filters)
    rest, ids = form.plan.rest, [row.id for row in page.items]
    fresh = page.items[: ids.index(after)] if after in ids else page.items
    # What only a detail could rule out is counted: it says that something came.
    return sum(1 for row in fresh if rest is None or truth(rest, Known(row, form.now)) is not False)
