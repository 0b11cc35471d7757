"""Query strings of the current list with changed parameters, such as the page number."""

from __future__ import annotations

from dashboard.requests import ConsoleRequest


def query_with(request: ConsoleRequest, **changes: object) -> str:
    """Return the request's query string with `changes` applied, without empty parameters. None removes a parameter."""
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
    """Return the URLs of the previous and the next page, or empty strings if there is none."""
    return {
        "previous_url": query_with(request, page=number - 1) if number > 1 else "",
        "next_url": query_with(request, page=number + 1) if more else "",
    }
