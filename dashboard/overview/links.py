"""Links from the overview's bars and rows to the matching searches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.http import urlencode

SECOND = timedelta(seconds=1)


def search_link(start: datetime, end: datetime, **filters: str | Sequence[str]) -> str:
    """Return the URL of a search from `start` up to but excluding `end`. The search page includes both ends."""
    query: list[tuple[str, str]] = [("start", start.isoformat()), ("end", (end - SECOND).isoformat(timespec="seconds"))]
    for name, value in filters.items():
        query += [(name, one) for one in ([value] if isinstance(value, str) else value)]
    return f"{reverse('investigate:search')}?{urlencode(query)}"


def quoted(value: str) -> str:
    """Return a value in quotation marks, for the search's query language."""
    return '"{}"'.format(value.replace("\\", " ").replace('"', " ").strip())
