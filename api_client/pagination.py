"""Pagination of lists, by cursor and by page number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from api_client.errors import ResponseInvalid

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CursorPage(Generic[T]):
    """One page of a search. `next` and `previous` are opaque cursors, or None if there is no such page."""

    items: list[T]
    next: str | None
    previous: str | None
    per_page: int
    count: int


@dataclass(frozen=True, slots=True)
class NumberedPage(Generic[T]):
    """One page of a list with page numbers, from 1. A page past the end is empty."""

    items: list[T]
    page: int
    per_page: int
    total_count: int | None


def each_by_cursor(fetch: Callable[[str | None], CursorPage[T]], *, first: str | None = None) -> Iterator[T]:
    """Yield every item of a search, following cursors. Raise ResponseInvalid if a cursor is repeated."""
    seen: set[str] = set()
    cursor = first
    while True:
        page = fetch(cursor)
        yield from page.items
        if page.next is None:
            return
        if page.next in seen:
            raise ResponseInvalid("The server gave the same cursor twice, so the list has no end.")
        seen.add(page.next)
        cursor = page.next


def each_by_number(fetch: Callable[[int], NumberedPage[T]]) -> Iterator[T]:
    """Yield every item of a list with page numbers, until a page is empty.

    Raise ResponseInvalid if the server returns the same page twice in a row.
    """
    number = 1
    before: list[T] = []
    while True:
        page = fetch(number)
        if not page.items:
            return
        if page.items == before:
            raise ResponseInvalid("The server gave the same page twice, so the list has no end.")
        yield from page.items
        before = page.items
        number += 1
