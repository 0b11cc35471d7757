"""Finding what the API can't filter: its rows are walked newest first, and each is tested here.

A walk goes on from a Position, which is text in an address: a page of results, and each step that fills it, is a
request of its own, and none of them makes more calls than its Budget.
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
from investigate.search.query import Known, Node, truth
from investigate.search.resume_point import Seen, unseen

MOST_DETAILS = 200
"""Details that one search reads, whatever it looks for."""
ROWS_WITHOUT_ASKING = 10_000
"""Rows that a walk looks at before somebody has to say that it should go on."""


@dataclass(frozen=True, slots=True)
class Position:
    """How far a walk is: the API's `cursor`, and the last row `after` which it goes on there.

    `until` holds the range's end still, in ISO format, and `shown` counts the rows of the page that is being filled.
    `looked` counts rows; of those, `open` were left open by their row, `read` had their detail read, and `untold` had
    none. `since` is the number of rows at which somebody last said that it should go on.
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
    def parse(cls, text: str) -> Position:
        """Read what `str` wrote. Raises ValueError for anything else."""
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
        """Messages whose detail would have told, and was not read because there were too many."""
        return self.open - self.read - self.untold

    @property
    def may_go_on(self) -> bool:
        """Whether the walk goes on by itself."""
        return self.looked - self.since < ROWS_WITHOUT_ASKING

    def new_page(self) -> Position:
        """Return the position at the beginning of a further page, which somebody asked for."""
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
class Budget:
    """What one request may spend: `pages` of the search of `per_page` rows, and `details`."""

    pages: int
    per_page: int
    details: int


@dataclass(slots=True)
class Found:
    """What a request found, and where it stopped; `next` is None at the end of the range.

    `is_full` when the page has all the rows it takes. `oldest` is the time of the last row that was looked at.
    `error` is what ended the walk early, with what was found before it intact.
    """

    messages: list[Message] = field(default_factory=list)
    place: Position = field(default_factory=Position)
    next: Position | None = None
    is_full: bool = False
    oldest: datetime | None = None
    error: ApiError | None = None

    @property
    def goes_on(self) -> bool:
        """Whether a further step should be made without asking."""
        return self.next is not None and not self.is_full and self.error is None and self.next.may_go_on

    @property
    def is_complete(self) -> bool:
        """Whether all of the range was looked at, and nothing was left open."""
        return self.next is None and self.error is None and not self.place.unread and not self.place.untold


class _Spent(Exception):
    """The budget of this request is used up."""


def find(
    client: Client, *, filters: SearchFilters, rest: Node, now: datetime, place: Position, budget: Budget, wanted: int
) -> Found:
    """Walk on from `place` until the page has `wanted` rows or the budget is spent.

    Raises ApiError when not even the first page of rows could be had; later errors are in the result.
    """
    walk = _Walk(client, filters, rest, now, place, budget, wanted)
    for number in range(budget.pages):
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


class _Walk:
    def __init__(
        self,
        client: Client,
        filters: SearchFilters,
        rest: Node,
        now: datetime,
        place: Position,
        budget: Budget,
        wanted: int,
    ) -> None:
        self._client, self._rest, self._now, self._budget, self._wanted = client, rest, now, budget, wanted
        end = datetime.fromisoformat(place.until) if place.until else filters.get("end") or now
        self._filters = SearchFilters(**{**filters, "per_page": budget.per_page})
        self._set_end(end)
        self.place = replace(place, until=end.astimezone(UTC).isoformat())
        self.found = Found(place=self.place, next=self.place)
        self._details = 0

    def fetch(self) -> CursorPage[Message]:
        return self._client.investigate.list(cursor=self.place.cursor or None, **self._filters)

    def take(self, page: CursorPage[Message]) -> bool:
        """Test the rows of a page; tell whether the next page is wanted too."""
        for row in self._new_rows(page):
            try:
                is_found = self._test(row)
            except _Spent:
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

    def _turn(self, page: CursorPage[Message]) -> bool:
        if page.next is not None and page.next != self.place.cursor:
            self.place = replace(self.place, cursor=page.next, after="")
        elif not self._search_anew(page):
            self.found.next = None
            return False
        self.found.next = self.place
        return True

    def _search_anew(self, page: CursorPage[Message]) -> bool:
        """Go on below the oldest row: where the cursor ends, an API may only have given as much as it gives at once.

        What fits the first page is all there is. False there, and where a search anew would be the same: its oldest
        rows are those of the one before.
        """
        is_first = not self.place.cursor and self.place.looked <= len(page.items)
        seen = Seen.of(page.items[-1]) if page.items else None
        if is_first or seen is None or seen.until >= self._end:
            return False
        self.place = replace(self.place, cursor="", after=seen.id, until=seen.until.isoformat())
        self._set_end(seen.until)
        return True

    def _set_end(self, end: datetime) -> None:
        self._end = end
        self._filters = SearchFilters(**{**self._filters, "end": end})

    def _new_rows(self, page: CursorPage[Message]) -> list[Message]:
        """Leave out the rows up to the one that the walk stopped at; one that is gone leaves none out."""
        return unseen(page.items, after=self.place.after)

    def _test(self, row: Message) -> bool:
        known = Known(row, self._now)
        answer = truth(self._rest, known)
        if answer is not None:
            return answer
        if self.place.read >= MOST_DETAILS:
            self.place = replace(self.place, open=self.place.open + 1)
            return False
        if self._details >= self._budget.details:
            raise _Spent
        self._details += 1
        detail = detail_of(self._client, row.id)
        self.place = replace(
            self.place,
            open=self.place.open + 1,
            read=self.place.read + 1 if detail else self.place.read,
            untold=self.place.untold if detail else self.place.untold + 1,
        )
        return detail is not None and truth(self._rest, replace(known, detail=detail)) is True


def detail_of(client: Client, message_id: str) -> Detections | None:
    """Return the detail of a message, None where the API gives none, as for clean mail."""
    try:
        return client.investigate.detections.get(message_id)
    except (NotFound, BadRequest, Forbidden):
        return None
