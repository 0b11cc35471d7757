"""Neighbours: the previous and next message of the list where a message was found, for the message's own page."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from investigate.display.message import DisplayedMessage
from investigate.message.pane_location import ORIGIN, own_url
from investigate.search.address import canonical_query, without
from investigate.search.form import SearchForm
from investigate.search.paging import newer_page, older_page
from investigate.search.results import message_search

MOST_PAGES = 3
MOST_STEPS = 4
"""Maximum number of further steps of a client-side filter until the message is found on its page."""

FIRST, LAST = "first", "last"


@dataclass(frozen=True, slots=True)
class NeighbourLink:
    """A link to a neighbour.

    If `is_message` is true, the URL is the neighbour's own page. Otherwise the neighbour is on another page of the
    list, and the URL redirects to it.
    """

    url: str
    is_message: bool


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The previous and next neighbour. Each is None at the end of the list, or if the message was not found."""

    previous: NeighbourLink | None = None
    next: NeighbourLink | None = None


@dataclass(frozen=True, slots=True)
class _ListPage:
    messages: list[DisplayedMessage]
    newer: QueryDict | None
    older: QueryDict | None


def neighbours_of(message_id: str, origin: QueryDict) -> Neighbours:
    """Return the neighbours of a message, also if they are on the next or the previous page of the list.

    New mail may have moved the message to a later page. So up to MOST_PAGES pages are searched. Raise ApiError if a
    page can't be fetched.
    """
    pushed: DisplayedMessage | None = None
    query = origin
    for _ in range(MOST_PAGES):
        form = SearchForm(query)
        if not form.is_valid():
            break
        part = _list_page(form, until=message_id)
        at = next((place for place, message in enumerate(part.messages) if message.id == message_id), None)
        if at is None:
            if part.older is None:
                break
            pushed, query = next(reversed(part.messages), None), part.older
            continue
        before = part.messages[at - 1] if at else pushed
        after = next(iter(part.messages[at + 1 :]), None)
        return Neighbours(
            previous=_message_link(before, query) if before else _other_page_link(part.newer, LAST),
            next=_message_link(after, query) if after else _other_page_link(part.older, FIRST),
        )
    return Neighbours()


def edge_message_url(origin: QueryDict, end: str) -> str:
    """Return the URL of the first or last message on a page of a list, or an empty string if the page is empty.

    Raise ApiError if the page can't be fetched.
    """
    form = SearchForm(origin)
    if not form.is_valid():
        return ""
    messages = _list_page(form).messages
    if not messages:
        return ""
    return _message_url(messages[0 if end == FIRST else -1], origin)


def _list_page(form: SearchForm, until: str = "") -> _ListPage:
    """Return a page of the list. With a client-side filter, fill it until it has the message after `until`.

    Without `until`, fill it until it has a message. At most MOST_STEPS further steps are made.
    """
    page = message_search(form)
    messages, newer, query = list(page.messages), newer_page(form, page), canonical_query(form)
    for _ in range(MOST_STEPS):
        if page.walk is None or page.walk.next is None or page.walk.is_full or page.walk.error:
            break
        if any(message.id == until for message in messages[:-1]) or (messages and not until):
            break
        step = query.copy()
        step["at"] = str(page.walk.next)
        form = SearchForm(step)
        form.is_valid()
        page = message_search(form, is_step=True)
        messages += page.messages
    return _ListPage(messages, newer, older_page(form, page))


def _message_link(message: DisplayedMessage, origin: QueryDict) -> NeighbourLink:
    return NeighbourLink(_message_url(message, origin), is_message=True)


def _message_url(message: DisplayedMessage, origin: QueryDict) -> str:
    return own_url(message.id, is_report=bool(message.submission), origin=without(origin, ["message", "tab"]))


def _other_page_link(query: QueryDict | None, end: str) -> NeighbourLink | None:
    if query is None:
        return None
    address = urlencode({ORIGIN: query.urlencode(), "end": end})
    return NeighbourLink(f"{reverse('investigate:beyond')}?{address}", is_message=False)
