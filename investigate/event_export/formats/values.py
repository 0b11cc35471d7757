"""Values of a line: bounded text, lists and times from what senders and servers wrote, and the line itself.

A line is JSON in ASCII on one line: control characters, line separators and text that turns direction are escapes, so
no value can end a line or move a terminal's cursor.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

TEXT_AT_MOST = 2000
"""Characters of one text."""
ITEMS_AT_MOST = 500
"""Entries of one list."""
ADDRESS_AT_MOST = 320
"""Characters of a mail address, or of the name beside it."""


def text(value: object, most: int = TEXT_AT_MOST) -> str:
    """Return a text of at most `most` characters, empty for None. What is no character becomes a replacement mark."""
    if value is None:
        return ""
    found = str(value)[:most].replace("\0", "\ufffd")
    return found if found.isascii() else found.encode("utf-8", "replace").decode()


def texts(values: Iterable[object] | None, most: int = ITEMS_AT_MOST, *, length: int = TEXT_AT_MOST) -> list[str]:
    """Return at most `most` texts of at most `length` characters, without empty ones."""
    found: list[str] = []
    for value in values or ():
        if len(found) == most:
            break
        if value not in (None, ""):
            found.append(text(value, length))
    return found


def moment(value: datetime | None) -> str | None:
    """Return a time in RFC 3339, in UTC and whole seconds, or None if it is unknown."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else None


def line_of(fields: Mapping[str, Any]) -> str:
    """Return the fields as one line without its end, in ASCII."""
    return json.dumps(fields, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
