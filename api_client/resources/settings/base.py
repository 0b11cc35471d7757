"""Base classes of the settings resources: pages, single entries, and batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypedDict, TypeVar, cast

from pydantic import TypeAdapter

from api_client.addressing import ParameterValue, path_segment
from api_client.envelope import read_result
from api_client.models import ResultInfo
from api_client.models.base import WireModel
from api_client.models.settings import Deleted
from api_client.pagination import NumberedPage, each_by_number
from api_client.resources.base import Resource
from api_client.transport import Answer

T = TypeVar("T", bound=WireModel)

PER_PAGE_AT_MOST = 1000
ENTRIES_AT_MOST = 1000
DELETED = TypeAdapter(Deleted)
ALL_DELETED = TypeAdapter(list[Deleted])
ANY_LIST = TypeAdapter(list[Any])
ANY_OBJECT = TypeAdapter(dict[str, Any])
RESULT_INFO = TypeAdapter(ResultInfo)


class Paging(TypedDict, total=False):
    """Page of a list, from 1. `per_page` is at most 1000 and defaults to 50."""

    page: int
    per_page: int


class Listing(Paging, total=False):
    """Search text and sort order of a list. `direction` is asc or desc."""

    search: str | None
    direction: str | None
    order: str | None


@dataclass(frozen=True, slots=True)
class BatchResult(Generic[T]):
    """Result of a batch: the ids of deleted entries, and the changed and new entries."""

    deletes: list[str]
    patches: list[T]
    puts: list[T]
    posts: list[T]


class SettingsResource(Resource, Generic[T]):
    """One kind of setting, below `email-security/settings/`."""

    name: ClassVar[str]
    model: ClassVar[type[WireModel]]

    @property
    def _path(self) -> str:
        return f"settings/{self.name}"

    def _page(self, filters: Mapping[str, Any]) -> NumberedPage[T]:
        asked: dict[str, ParameterValue] = {"page": 1, "per_page": 50, **filters}
        page, per_page = cast(int, asked["page"]), cast(int, asked["per_page"])
        if not 1 <= per_page <= PER_PAGE_AT_MOST:
            raise ValueError(f"per_page is from 1 to {PER_PAGE_AT_MOST}.")
        if page < 1:
            raise ValueError("Pages are counted from 1.")
        answer = self._get(self._path, asked)
        items = self._entries(answer.envelope.result, answer)
        raw = answer.envelope.result_info
        info = read_result(RESULT_INFO, raw, operation=answer.call.name, write=False) if raw is not None else None
        return NumberedPage(
            items=items,
            page=page,
            per_page=info.per_page if info else per_page,
            total_count=info.total_count if info else None,
        )

    def _each(self, filters: Mapping[str, Any]) -> Iterator[T]:
        return each_by_number(lambda number: self._page({**filters, "page": number}))

    def _one(self, identifier: str) -> T:
        return self._entry(self._get(f"{self._path}/{path_segment(identifier)}"))

    def _create(self, fields: Mapping[str, Any]) -> T:
        return self._entry(self._send("POST", self._path, json=fields, write=True))

    def _edit(self, identifier: str, fields: Mapping[str, Any]) -> T:
        return self._entry(self._send("PATCH", f"{self._path}/{path_segment(identifier)}", json=fields, write=True))

    def delete(self, identifier: str) -> str:
        """Delete one entry and return its id."""
        answer = self._send("DELETE", f"{self._path}/{path_segment(identifier)}", write=True)
        return self._read(DELETED, answer).id

    def _entry(self, answer: Answer) -> T:
        return cast(T, self._read(TypeAdapter[Any](self.model), answer))

    def _entries(self, value: Any, answer: Answer) -> list[T]:
        name, write = answer.call.name, answer.call.write
        adapter = TypeAdapter[Any](self.model)
        return [
            read_result(adapter, entry, operation=name, write=write)
            for entry in read_result(ANY_LIST, value, operation=name, write=write)
        ]


class BatchedResource(SettingsResource[T]):
    """A kind of setting with a batch operation for all four kinds of changes."""

    def batch(
        self,
        *,
        deletes: Sequence[str] = (),
        patches: Sequence[Mapping[str, Any]] = (),
        puts: Sequence[Mapping[str, Any]] = (),
        posts: Sequence[Mapping[str, Any]] = (),
    ) -> BatchResult[T]:
        """Execute many changes, all or none, in the order of the arguments, with at most 1000 of each kind.

        `deletes` are ids. Patches and puts contain their `id`. Raise ValueError, before anything is sent, for too
        many entries.
        """
        body = {
            "deletes": [{"id": identifier} for identifier in checked(deletes)],
            "patches": [dict(entry) for entry in checked(patches)],
            "puts": [dict(entry) for entry in checked(puts)],
            "posts": [dict(entry) for entry in checked(posts)],
        }
        answer = self._send("POST", f"{self._path}/batch", json=body, write=True)
        result = self._read(ANY_OBJECT, answer)
        # In the contract, each list is null if it has no changes.
        gone = read_result(ALL_DELETED, result.get("deletes") or [], operation=answer.call.name, write=True)
        return BatchResult(
            deletes=[entry.id for entry in gone],
            patches=self._entries(result.get("patches") or [], answer),
            puts=self._entries(result.get("puts") or [], answer),
            posts=self._entries(result.get("posts") or [], answer),
        )


def checked(entries: Sequence[Any]) -> Sequence[Any]:
    """Return the entries. Raise ValueError for a string instead of a sequence, or for too many entries."""
    if isinstance(entries, str):
        raise ValueError("A batch takes several entries, not one text.")
    if len(entries) > ENTRIES_AT_MOST:
        raise ValueError(f"{len(entries)} entries are more than one batch takes ({ENTRIES_AT_MOST}).")
    return entries
