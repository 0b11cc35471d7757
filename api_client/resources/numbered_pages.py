"""Request one page of a list with page numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

from api_client.envelope import read_result
from api_client.models import ResultInfo
from api_client.pagination import NumberedPage
from api_client.transport import Answer

T = TypeVar("T")

PER_PAGE = 50
PER_PAGE_AT_MOST = 1000
RESULT_INFO = TypeAdapter(ResultInfo)


def numbered_page(
    get: Callable[[str, Mapping[str, Any]], Answer],
    path: str,
    adapter: TypeAdapter[list[T]],
    filters: Mapping[str, Any],
) -> NumberedPage[T]:
    """Request one page and return it. `per_page` defaults to 50.

    `total_count` is None if the server does not count the list, which it signals by page 0 in the response.
    Raise ValueError, before anything is sent, for a `per_page` outside 1 to 1000 or a `page` below 1.
    """
    asked = {"page": 1, "per_page": PER_PAGE, **filters}
    page, per_page = cast(int, asked["page"]), cast(int, asked["per_page"])
    if not 1 <= per_page <= PER_PAGE_AT_MOST:
        raise ValueError(f"per_page is from 1 to {PER_PAGE_AT_MOST}.")
    if page < 1:
        raise ValueError("Pages are counted from 1.")
    answer = get(path, asked)
    items = read_result(adapter, answer.envelope.result, operation=answer.call.name, write=False)
    raw = answer.envelope.result_info
    info = read_result(RESULT_INFO, raw, operation=answer.call.name, write=False) if raw is not None else None
    return NumberedPage(
        items=items,
        page=page,
        per_page=info.per_page if info else per_page,
        total_count=info.total_count if info and info.page else None,
    )
