"""Fetch pages of search results from the API, with the client-side filter where the query needs it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from api_client import ApiError, Client
from api_client.models import Message
from api_client.resources import SearchFilters
from dashboard.backend import api_client_for_console
from investigate.display.message import DisplayedMessage
from investigate.search.client_side_filter import MOST_DETAILS, CallBudget, FilteredRows, find
from investigate.search.form import PER_PAGE, SearchForm
from investigate.search.query import query_matches
from investigate.search.query.tag_terms import known_messages
from investigate.search.resume_point import ResumePoint, rows_after

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of search results, newest first.

    `next_cursor` and `previous_cursor` are opaque cursors of the API, or None if there is no such page. `resume_point`
    is set if the API's cursor has ended but there are more rows. `is_end` is true if it was verified that no rows
    are left. `walk` is the result of the client-side filter, or None if the API filtered everything.
    """

    messages: list[DisplayedMessage]
    next_cursor: str | None = None
    previous_cursor: str | None = None
    resume_point: ResumePoint | None = None
    is_end: bool = False
    walk: FilteredRows | None = None


# The first page is shown after one API call. Each later step takes longer and tests more rows.
_FIRST_LOOK = CallBudget(pages=1, per_page=250, details=0)
_STEP = CallBudget(pages=2, per_page=1000, details=0)
_STEP_WITH_DETAILS = CallBudget(pages=1, per_page=100, details=25)


def message_search(form: SearchForm, *, is_step: bool = False) -> SearchPage:
    """Return one page of matching messages, or with `is_step` the rows that the next step of the walk adds to it.

    Raise ApiError if the search fails.
    """
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
    return SearchPage([DisplayedMessage(message) for message in found.messages], walk=found)


def _listed(client: Client, form: SearchForm, filters: SearchFilters) -> SearchPage:
    cursor = form.cleaned_data["cursor"]
    page = client.investigate.list(cursor=cursor or None, **filters)
    rows = rows_after(page.items, after=form.resume_point.id) if form.resume_point and not cursor else page.items
    shown = [DisplayedMessage(message) for message in rows]
    if page.next is not None:
        return SearchPage(shown, page.next, page.previous)
    if not cursor and not form.resume_point:  # The whole result fits on the first page.
        return SearchPage(shown, None, page.previous, is_end=True)
    try:
        resume_point = _rows_past_cursor(client, filters, page.items)
    except ApiError as error:
        logger.warning("Whether there is more than the cursor gave could not be seen: %r", str(error))
        return SearchPage(shown, None, page.previous)
    return SearchPage(shown, None, page.previous, resume_point, is_end=resume_point is None)


def _rows_past_cursor(client: Client, filters: SearchFilters, rows: Sequence[Message]) -> ResumePoint | None:
    """Return the resume point below the last row, or None if the API has no more rows below it.

    This sends one more search to the API, since the cursor may end before the result does.
    """
    seen = ResumePoint.of(rows[-1]) if rows else None
    if seen is None:
        return None
    end = min(filters.get("end") or seen.until, seen.until)
    below = client.investigate.list(**SearchFilters(**{**filters, "end": end}))
    return seen if below.next is not None or rows_after(below.items, after=seen.id) else None


MOST_NEWER = 50


def newer_messages(form: SearchForm, *, after: str) -> int:
    """Return the number of matching messages that are newer than the message with the id `after`.

    The number is at most MOST_NEWER. The function makes one API call.
    """
    filters = form.api_filters()
    filters["per_page"] = MOST_NEWER
    page = api_client_for_console().investigate.list(**filters)
    rest, ids = form.plan.rest, [row.id for row in page.items]
    fresh = page.items[: ids.index(after)] if after in ids else page.items
    # Messages that only their detail could rule out are counted too. No detail is read here.
    if rest is None:
        return len(fresh)
    return sum(query_matches(rest, known) is not False for known in known_messages(fresh, rest, form.now))
