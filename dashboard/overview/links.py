"""Addresses of the searches behind the marks of the overview."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.http import urlencode

SECOND = timedelta(seconds=1)


def search_link(start: datetime, end: datetime, **filters: str | Sequence[str]) -> str:
    """Give the search from `start` up to, and without, `end`; the search itself includes both ends."""
    query: list[tuple[str, str]] = [("start", start.isoformat()), ("end", (end - SECOND).isoformat(timespec="seconds"))]
    for name, value in filters.items():
        query += [(name, one) for one in ([value] if isinstance(value, str) else value)]
    return f"{reverse('investigate:search')}?{urlencode(query)}"


def quoted(value: str) -> str:
    """Write a value for the query language, in quotation marks."""
    return '"{}"'.format(value.replace("\\", " ").replace('"', " ").strip())
