"""Neighbours: the previous and next message of the list where a message was found, for the message's own page."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from investigate.display.message import ShownMessage
from investigate.message.navigation import ORIGIN, own_url
from investigate.search.address import canonical_query, without
from investigate.search.form import SearchForm
from investigate.search.paging import newer_page, older_page
from investigate.search.results import message_search

MOST_PAGES = 3
MOST_STEPS = 4
"""Maximum number of further steps of a client-side filter until the message is found on its page."""

FIRST, LAST = "first", "last"


@dataclass(frozen=True, slots=True)
class Step:
    """A link to a neighbour.

    If `is_message` is true, the URL is the neighbour's own page. Otherwise the neighbour is on another page of the
    list, and the URL redirects to it.
    """

    url: str
    is_message: bool


@dataclass(frozen=True, slots=True)
class Steps:
    """The previous and next neighbour. Each is None at the end of the list, or if the message was not found."""

    previous: Step | None = None
    next: Step | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    messages: list[ShownMessage]
    newer: QueryDict | None
    older: QueryDict | None


def steps_of(message_id: str, origin: QueryDict) -> Steps:
    """Return the neighbours of a message, also if they are on the next or the previous page of the list.

    New mail may have moved the message to a later page. So up to MOST_PAGES pages are searched. Raise ApiError if a
    page can't be fetched.
    """
    pushed: ShownMessage | None = None
    query = origin
    for _ in range(MOST_PAGES):
        form = SearchForm(query)
        if not form.is_valid():
            break
        part = _part(form, until=message_id)
        at = next((place for place, message in enumerate(part.messages) if message.id == message_id), None)
        if at is None:
            if part.older is None:
                break
            pushed, query = next(reversed(part.messages), None), part.older
            continue
        before = part.messages[at - 1] if at else pushed
        after = next(iter(part.messages[at + 1 :]), None)
        return Steps(
            previous=_step(before, query) if before else _beyond(part.newer, LAST),
            next=_step(after, query) if after else _beyond(part.older, FIRST),
        )
    return Steps()


def at_the_end(origin: QueryDict, end: str) -> str:
    """Return the URL of the first or last message on a page of a list, or an empty string if the page is empty.

    Raise ApiError if the page can't be fetched.
    """
    form = SearchForm(origin)
    if not form.is_valid():
        return ""
    messages = _part(form).messages
    if not messages:
        return ""
    return _message_url(messages[0 if end == FIRST else -1], origin)


def _part(form: SearchForm, until: str = "") -> _Part:
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
    return _Part(messages, newer, older_page(form, page))


def _step(message: ShownMessage, origin: QueryDict) -> Step:
    return Step(_message_url(message, origin), is_message=True)


def _message_url(message: ShownMessage, origin: QueryDict) -> str:
    return own_url(message.id, is_report=bool(message.submission), origin=without(origin, ["message", "tab"]))


def _beyond(query: QueryDict | None, end: str) -> Step | None:
    if query is None:
        return None
    address = urlencode({ORIGIN: query.urlencode(), "end": end})
    return Step(f"{reverse('investigate:beyond')}?{address}", is_message=False)
