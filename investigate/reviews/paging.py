"""Addresses of the same list, a little changed."""

from __future__ import annotations

from dashboard.requests import ConsoleRequest


def query_with(request: ConsoleRequest, **changes: object) -> str:
    """Give the query of this address with parameters changed, None taking one out; empty ones are left out."""
    query = request.GET.copy()
    for name in list(query):
        if not any(query.getlist(name)):
            del query[name]
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"?{query.urlencode()}"


def page_urls(request: ConsoleRequest, number: int, more: bool) -> dict[str, str]:
    """Give the addresses of the pages before and after; empty where there is none."""
    return {
        "previous_url": query_with(request, page=number - 1) if number > 1 else "",
        "next_url": query_with(request, page=number + 1) if more else "",
    }
