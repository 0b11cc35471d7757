"""Search for messages, read one message, and access the resources below a message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypedDict, Unpack, cast

from pydantic import TypeAdapter

from api_client.addressing import ParameterValue, path_segment
from api_client.envelope import read_result
from api_client.errors import BadRequest, FilterIgnored
from api_client.models import Message, ResultInfo
from api_client.pagination import CursorPage, each_by_cursor
from api_client.parted_page import PartedPage
from api_client.polling import poll
from api_client.resources.actions import MoveResource, ReclassifyResource, ReleaseResource
from api_client.resources.base import Resource
from api_client.resources.bulk import BulkResource
from api_client.resources.messages import (
    ActionLogResource,
    DetectionsResource,
    PreviewResource,
    RawResource,
    TraceResource,
)
from api_client.transport import Answer, Transport

MESSAGE = TypeAdapter(Message)
MESSAGES = TypeAdapter(list[Message])
RESULT_INFO = TypeAdapter(ResultInfo)
RAW_ROWS: TypeAdapter[list[Any]] = TypeAdapter(list[Any])

PER_PAGE_AT_MOST = 10_000
"""Servers may refuse more than 1000: the reference and the changelog differ."""

Text = str | Sequence[str] | None


EXTENSIONS = frozenset({"url"})
"""Filters that the contract doesn't have. An API that has them says in each answer which of them it applied."""

FEATURES = "features"


class SearchFilters(TypedDict, total=False):
    """Filters of a search. Several values of one filter match any of them. `url` is one of the EXTENSIONS.

    `features`, an extension too, filters nothing: it asks for `gatehouse_features` with each message.
    """

    query: Text
    sender: Text
    recipient: Text
    domain: Text
    url: Text
    features: bool
    subject: Text
    exact_subject: Text
    message_id: Text
    alert_id: Text
    smtp_helo_ip: Text
    final_disposition: Text
    message_action: Text
    delivery_status: Text
    metric: Text
    start: datetime | None
    end: datetime | None
    submissions: bool | None
    detections_only: bool
    page: int | None
    per_page: int


class Investigate(Resource):
    """Find, read and act on messages."""

    def __init__(self, transport: Transport, *, poll_seconds: float) -> None:
        super().__init__(transport)
        self._poll_seconds = poll_seconds
        self.detections = DetectionsResource(transport)
        self.preview = PreviewResource(transport)
        self.raw = RawResource(transport)
        self.trace = TraceResource(transport)
        self.action_log = ActionLogResource(transport)
        self.move = MoveResource(transport)
        self.release = ReleaseResource(transport)
        self.reclassify = ReclassifyResource(transport)
        self.bulk = BulkResource(transport)

    def list(self, *, cursor: str | None = None, **filters: Unpack[SearchFilters]) -> CursorPage[Message]:
        """Return one page of messages, newest first. A slow search is polled until its result is available.

        `detections_only` defaults to True, `per_page` to 50. Raise ValueError for a time without an offset, a
        `per_page` outside 1 to 10,000 or a `page` below 1. Raise FilterIgnored if the API did not apply a filter of
        EXTENSIONS.
        """
        answer = self._search(cursor, filters)
        items = read_result(MESSAGES, answer.envelope.result, operation=answer.call.name, write=False)
        info, following, previous = self._place(answer)
        return CursorPage(items=items, next=following, previous=previous, per_page=info.per_page, count=info.count)

    def list_parted(self, *, cursor: str | None = None, **filters: Unpack[SearchFilters]) -> PartedPage:
        """Return one page as `list` does, without reading its messages. So a page of 10,000 takes little memory."""
        answer = self._search(cursor, filters, is_parted=True)
        info, following, previous = self._place(answer)
        rows = read_result(RAW_ROWS, answer.envelope.result, operation=answer.call.name, write=False)
        return PartedPage(rows=rows, next=following, previous=previous, per_page=info.per_page, name=answer.call.name)

    def _search(self, cursor: str | None, filters: SearchFilters, *, is_parted: bool = False) -> Answer:
        per_page, page = filters.get("per_page", 50), filters.get("page")
        if not 1 <= per_page <= PER_PAGE_AT_MOST:
            raise ValueError(f"per_page is from 1 to {PER_PAGE_AT_MOST}.")
        if page is not None and page < 1:
            raise ValueError("Pages are counted from 1.")
        filters.setdefault("detections_only", True)
        given = cast(dict[str, ParameterValue], {**filters, "per_page": per_page, "cursor": cursor})
        asked = self._send("GET", "investigate", params=given, write=False, is_parted=is_parted)
        answer = poll(self._transport, asked, within=self._poll_seconds)
        _check_extensions({name for name in (*EXTENSIONS, FEATURES) if given.get(name)}, answer)
        return answer

    def known_extensions(self) -> frozenset[str]:
        """Return those EXTENSIONS that the API has. This makes one call for each: a search of a single moment."""
        return frozenset(name for name in EXTENSIONS if self.knows(name))

    def knows(self, name: str) -> bool:
        """Return whether the API has FEATURES or one of the EXTENSIONS: one call, a search of a single moment."""
        now = datetime.now(UTC)
        filters = cast(
            SearchFilters, {name: True if name == FEATURES else "a", "start": now, "end": now, "per_page": 1}
        )
        try:
            self.list(**filters)
        except (FilterIgnored, BadRequest):
            return False
        return True

    def iterate(self, *, cursor: str | None = None, **filters: Unpack[SearchFilters]) -> Iterator[Message]:
        """Yield every message of a search, newest first, following cursors."""
        return each_by_cursor(lambda at: self.list(cursor=at, **filters), first=cursor)

    def get(self, investigate_id: str, *, submission: bool | None = None) -> Message:
        """Return one message. With `submission`, return the submitted message instead of the mail."""
        return self._read(MESSAGE, self._get(f"investigate/{path_segment(investigate_id)}", {"submission": submission}))

    def _place(self, answer: Answer) -> tuple[ResultInfo, str | None, str | None]:
        """Return the answer's place in the list, and the cursors of the next and the previous page."""
        info = read_result(RESULT_INFO, answer.envelope.result_info, operation=answer.call.name, write=False)
        return info, self._cursor(info.next, answer), self._cursor(info.previous, answer)

    def _cursor(self, value: str | None, answer: Answer) -> str | None:
        # A cursor is opaque text. If a server returns a URL instead, the URL must be within this account.
        if not value or not value.startswith(("http://", "https://", "/")):
            return value or None
        target = self._transport.scope.follow(value, base=answer.call.url, operation=answer.call.name)
        inside: str | None = target.params.get("cursor")
        return inside


def _check_extensions(asked: set[str], answer: Answer) -> None:
    """Raise FilterIgnored unless the answer says that each of these filters was applied."""
    ignored = sorted(asked - {entry.pointer for entry in answer.envelope.messages})
    if ignored:
        raise FilterIgnored(f"The API has no filter {', '.join(ignored)}.", operation=answer.call.name)
