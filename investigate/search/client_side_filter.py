"""Client-side filter: test each row of an API search against the part of the query that the API can't filter.

The rows are walked newest first. The walk's FilterPosition is stored as text in the URL, and the next request resumes
from it. Each page of results, and each step that fills a page, is one request. A request makes no more API calls than
its CallBudget allows.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime

from api_client import ApiError, Client, NotFound
from api_client.errors import BadRequest, Forbidden
from api_client.models import Detections, Message
from api_client.pagination import CursorPage
from api_client.resources import SearchFilters
from investigate.search.query import KnownMessage, Node, query_matches
from investigate.search.query.tag_terms import known_messages, next_time, tagged_times
from investigate.search.resume_point import ResumePoint, rows_after

MOST_DETAILS = 200
"""Maximum number of message details that one search reads."""
ROWS_WITHOUT_ASKING = 10_000
"""Number of rows that a walk tests before the user has to confirm that it should continue."""


@dataclass(frozen=True, slots=True)
class FilterPosition:
    """Progress of a walk: the API's `cursor`, and the id of the last tested row, `after` which the walk resumes.

    `until` is the fixed end of the range in ISO format. New mail does not move it. `shown` counts the rows of the
    page that is being filled. `looked` counts all tested rows. For `open` of those rows, the row alone did not decide
    whether the message matches. Of the open ones, `read` had their detail read, and for `untold` the API returned no
    detail. `since` is the value of `looked` at which the user last asked the walk to continue.
    """

    cursor: str = ""
    after: str = ""
    until: str = ""
    shown: int = 0
    looked: int = 0
    open: int = 0
    read: int = 0
    untold: int = 0
    since: int = 0

    def __str__(self) -> str:
        kept = {short: getattr(self, name) for short, name in _SHORT.items() if getattr(self, name)}
        return base64.urlsafe_b64encode(json.dumps(kept, separators=(",", ":")).encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> FilterPosition:
        """Parse the text that `str` returns. Raise ValueError if the text is not a position."""
        kept = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(kept, dict):
            raise ValueError("This is no position.")
        found = cls(**{_SHORT[short]: value for short, value in kept.items() if short in _SHORT})
        texts, numbers = (found.cursor, found.after, found.until), asdict(found)
        if not all(isinstance(text, str) for text in texts):
            raise ValueError("This is no position.")
        if not all(type(numbers[name]) is int and numbers[name] >= 0 for name in _NUMBERS):
            raise ValueError("This is no position.")
        if found.until and datetime.fromisoformat(found.until).tzinfo is None:
            raise ValueError("This is no position.")
        return found

    @property
    def unread(self) -> int:
        """Return the number of open messages whose detail was not read because of MOST_DETAILS."""
        return self.open - self.read - self.untold

    @property
    def may_go_on(self) -> bool:
        """Return whether the walk may continue without the user's confirmation."""
        return self.looked - self.since < ROWS_WITHOUT_ASKING

    def new_page(self) -> FilterPosition:
        """Return the position at the start of the next page, after the user asked for this page."""
        return replace(self, shown=0, since=self.looked)


_SHORT = {
    "c": "cursor",
    "a": "after",
    "u": "until",
    "s": "shown",
    "l": "looked",
    "o": "open",
    "r": "read",
    "x": "untold",
    "n": "since",
}
_NUMBERS = ("shown", "looked", "open", "read", "untold", "since")


@dataclass(frozen=True, slots=True)
class CallBudget:
    """Limits of one request: the number of search `pages`, their size `per_page`, and the number of `details` read."""

    pages: int
    per_page: int
    details: int


@dataclass(slots=True)
class FilteredRows:
    """Result of one request: the matching messages, and the position where the request stopped.

    `next` is the position from which to continue, or None at the end of the range. `is_full` is true if the page has
    all the rows that were wanted. `oldest` is the time of the last tested row. `error` is the error that ended the walk
    early; the results before the error are kept. `is_around_tags` says that only rows of the times were tested at which
    messages with the query's tag came, since no other can match.
    """

    messages: list[Message] = field(default_factory=list)
    place: FilterPosition = field(default_factory=FilterPosition)
    next: FilterPosition | None = None
    is_full: bool = False
    oldest: datetime | None = None
    error: ApiError | None = None
    is_around_tags: bool = False

    @property
    def goes_on(self) -> bool:
        """Return whether the page should request another step without asking the user."""
        return self.next is not None and not self.is_full and self.error is None and self.next.may_go_on

    @property
    def is_complete(self) -> bool:
        """Return whether all rows of the range were tested and each of them was decided."""
        return self.next is None and self.error is None and not self.place.unread and not self.place.untold


class _BudgetSpent(Exception):
    """The budget of the request is used up."""


def find(
    client: Client,
    *,
    filters: SearchFilters,
    rest: Node,
    now: datetime,
    place: FilterPosition,
    budget: CallBudget,
    wanted: int,
) -> FilteredRows:
    """Resume the walk at `place` and stop when the page has `wanted` rows or the budget is used up.

    Raise ApiError if the API's first page of rows can't be fetched. Later errors are returned in `FilteredRows.error`.
    """
    walk = _FilterWalk(client, filters, rest, now, place, budget, wanted)
    for number in range(budget.pages if walk.found.next else 0):
        try:
            page = walk.fetch()
        except ApiError as error:
            if number == 0:
                raise
            walk.found.error = error
            break
        if not walk.take(page):
            break
    walk.found.place = walk.place
    return walk.found


class _FilterWalk:
    def __init__(
        self,
        client: Client,
        filters: SearchFilters,
        rest: Node,
        now: datetime,
        place: FilterPosition,
        budget: CallBudget,
        wanted: int,
    ) -> None:
        self._client, self._rest, self._now, self._budget, self._wanted = client, rest, now, budget, wanted
        end = datetime.fromisoformat(place.until) if place.until else filters.get("end") or now
        self._filters = SearchFilters(**{**filters, "per_page": budget.per_page})
        self._set_end(end)
        self.place = replace(place, until=end.astimezone(UTC).isoformat())
        self._details = 0
        self._times = tagged_times(rest)
        self.found = FilteredRows(place=self.place, next=self.place, is_around_tags=self._times is not None)
        if not place.cursor and not place.after:
            self._skip_to_tagged(end)

    def fetch(self) -> CursorPage[Message]:
        return self._client.investigate.list(cursor=self.place.cursor or None, **self._filters)

    def take(self, page: CursorPage[Message]) -> bool:
        """Test the rows of a page. Return whether the next page should be fetched too."""
        for known in known_messages(self._new_rows(page), self._rest, self._now):
            row = known.message
            try:
                is_found = self._test(known)
            except _BudgetSpent:
                return False
            except ApiError as error:
                self.found.error = error
                return False
            self.found.oldest = row.scanned_at or self.found.oldest
            self.place = replace(self.place, after=row.id, looked=self.place.looked + 1)
            if is_found:
                self.found.messages.append(row)
                self.place = replace(self.place, shown=self.place.shown + 1)
            self.found.next = self.place
            if self.place.shown >= self._wanted:
                self.found.is_full = True
                return False
        return self._turn(page)

    def _skip_to_tagged(self, below: datetime) -> bool:
        """Skip the rows at `below` and earlier that can't have the query's tag. Return whether any were skipped.

        If no row is left, the walk is at its end.
        """
        if self._times is None:
            return False
        at, start = next_time(self._times, below), self._filters.get("start")
        if at is None or (start is not None and at < start):
            self.found.next = None
            return True
        if at >= below:
            return False
        self.place = self.found.next = replace(self.place, cursor="", after="", until=at.astimezone(UTC).isoformat())
        self._set_end(at)
        return True

    def _turn(self, page: CursorPage[Message]) -> bool:
        oldest = page.items[-1].scanned_at if page.items else None
        if oldest is not None and self._skip_to_tagged(oldest):
            return self.found.next is not None
        if page.next is not None and page.next != self.place.cursor:
            self.place = replace(self.place, cursor=page.next, after="")
        elif not self._search_anew(page):
            self.found.next = None
            return False
        self.found.next = self.place
        return True

    def _search_anew(self, page: CursorPage[Message]) -> bool:
        """Start a new search that ends at the oldest row, since an API may limit how many rows one cursor returns.

        Return False if there is nothing more to search. That is so if the result fitted on the first page, or if the
        new search would have the same end as the previous one and so return the same rows.
        """
        is_first = not self.place.cursor and self.place.looked <= len(page.items)
        seen = ResumePoint.of(page.items[-1]) if page.items else None
        if is_first or seen is None or seen.until >= self._end:
            return False
        self.place = replace(self.place, cursor="", after=seen.id, until=seen.until.isoformat())
        self._set_end(seen.until)
        return True

    def _set_end(self, end: datetime) -> None:
        self._end = end
        self._filters = SearchFilters(**{**self._filters, "end": end})

    def _new_rows(self, page: CursorPage[Message]) -> list[Message]:
        """Return the rows after the one at which the walk stopped, or all rows if that row is not on the page."""
        return rows_after(page.items, after=self.place.after)

    def _test(self, known: KnownMessage) -> bool:
        row = known.message
        answer = query_matches(self._rest, known)
        if answer is not None:
            return answer
        if self.place.read >= MOST_DETAILS:
            self.place = replace(self.place, open=self.place.open + 1)
            return False
        if self._details >= self._budget.details:
            raise _BudgetSpent
        self._details += 1
        detail = detail_of(self._client, row.id)
        self.place = replace(
            self.place,
            open=self.place.open + 1,
            read=self.place.read + 1 if detail else self.place.read,
            untold=self.place.untold if detail else self.place.untold + 1,
        )
        return detail is not None and query_matches(self._rest, replace(known, detail=detail)) is True


def detail_of(client: Client, message_id: str) -> Detections | None:
    """Return the detail of a message, or None if the API has no detail for it, such as for clean mail."""
    try:
        return client.investigate.detections.get(message_id)
    except (NotFound, BadRequest, Forbidden):
        return None
