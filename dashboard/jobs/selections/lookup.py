"""Looks up messages by investigate id, postfix id or Message-ID, with as few calls as possible.

Investigate ids contain a time, so a walk over the windows of these times reads many messages with one call. Message-IDs
are searched for, many at once. The remaining messages are read one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from api_client import BadRequest, Client, NotFound
from api_client.models import Message
from api_client.resources import SearchFilters
from dashboard.jobs.selections.models import SelectedMessage
from dashboard.jobs.snapshot import Snapshot
from dashboard.jobs.time_windows import windows_over
from dashboard.walking.position import Window
from dashboard.walking.walk import Leaf, walk

Rows = Callable[[], "QuerySet[SelectedMessage]"]

WORTH_A_WALK = 3
MESSAGE_IDS_AT_ONCE = 20
SINGLES_AT_ONCE = 20
LOOK_BACK = timedelta(days=365)
"""How far back a Message-ID is searched for."""


def look_up_messages(
    client: Client, rows: Rows, *, position: dict[str, Any] | None, singles_at_most: int | None = None
) -> Iterator[Leaf]:
    """Yield the messages that `rows` name, in pages. `rows` returns the rows that are still to be read.

    With `singles_at_most`, no more messages than that are read one by one, and the rest stays unread. Raise ApiError if
    a call fails. The lookup can then continue from the position of the last page.
    """
    at: dict[str, Any] = position or _begin(rows(), singles_at_most)
    while at["todo"] and at["calls"] > 0 and rows().exists():
        yield _walked(client, at)
    for part in _parts(at["message_ids"], MESSAGE_IDS_AT_ONCE):
        found = _by_message_id(client, part)
        at["message_ids"] = at["message_ids"][len(part) :]
        yield _leaf(found, at)
    while True:
        singles = list(rows().filter(id__gt=at["after"]).order_by("id")[: _at_once(at)])
        if not singles:
            break
        found = [message for row in singles if (message := _one(client, row.investigate_id)) is not None]
        at["after"] = singles[-1].pk
        if at["singles"] is not None:
            at["singles"] -= len(singles)
        yield _leaf(found, at)
    yield Leaf([], at, None)


def _begin(rows: QuerySet[SelectedMessage], singles_at_most: int | None) -> dict[str, Any]:
    times, message_ids, count = [], [], 0
    for investigate_id, snapshot in rows.values_list("investigate_id", "snapshot").iterator(2000):
        count += 1
        if moment := Snapshot.from_json(investigate_id, snapshot).scanned_at:
            times.append(moment)
        elif is_message_id(investigate_id):
            message_ids.append(investigate_id)
    worth_it = len(times) >= WORTH_A_WALK
    return {
        # `Position.from_json` requires this key. A lookup has no windows of its own there.
        "windows": [],
        "todo": [window.to_json() for window in windows_over(times)] if worth_it else [],
        "inner": None,
        "calls": max(WORTH_A_WALK, count // 10),
        "message_ids": message_ids,
        "after": 0,
        "singles": singles_at_most,
    }


def is_message_id(text: str) -> bool:
    """Return whether the text is a Message-ID, not an id that the API assigned."""
    return "@" in text


def _walked(client: Client, at: dict[str, Any]) -> Leaf:
    window = Window.from_json(at["todo"][0])
    filters = SearchFilters(detections_only=False)
    leaf = next(walk(client, filters, start=window.start, end=window.end, position=at["inner"]), None)
    at["calls"] -= 1
    if leaf is None or leaf.looked_until is None:
        at["todo"], at["inner"] = at["todo"][1:], None
    else:
        at["inner"] = leaf.position
    return _leaf(leaf.messages if leaf else [], at)


def _by_message_id(client: Client, names: Sequence[str]) -> list[Message]:
    now = timezone.now()
    bare = [name.strip("<>") for name in names]
    # Backends differ in whether the angle brackets are part of the value.
    spellings = [spelling for name in bare for spelling in (name, f"<{name}>")]
    filters = SearchFilters(detections_only=False, message_id=spellings, start=now - LOOK_BACK, end=now, per_page=1000)
    return list(client.investigate.iterate(**filters))


def _one(client: Client, name: str) -> Message | None:
    if is_message_id(name):
        return None
    try:
        return client.investigate.get(name)
    except (NotFound, BadRequest):
        return None


def _at_once(at: dict[str, Any]) -> int:
    return SINGLES_AT_ONCE if at["singles"] is None else max(0, min(SINGLES_AT_ONCE, at["singles"]))


def _leaf(messages: list[Message], at: dict[str, Any]) -> Leaf:
    return Leaf(messages, dict(at), timezone.now())


def _parts(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
