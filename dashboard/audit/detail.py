"""The detail of an audit entry: a JSON object with a bound, the same when it is read back from either database.

Shape: `before` and `after` are objects of the changed fields, and other keys are single facts, such as `why`, `tab`,
`query` or `error`. Each top-level key can be erased for itself.
"""

from collections.abc import Mapping
from typing import Any

TEXT_AT_MOST = 2000
ITEMS_AT_MOST = 50
SIDES = ("before", "after")
_DEPTH = 4


def detail_of(facts: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the facts with long texts and lists cut, and without keys that have no value."""
    found = {_text(name)[:100]: _plain(value, _DEPTH) for name, value in list((facts or {}).items())[:ITEMS_AT_MOST]}
    return {name: value for name, value in found.items() if value is not None}


def changes_of(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return `before` and `after` of the fields that differ; of something new or deleted, the side that there is."""
    if before is None or after is None:
        return {"before": dict(before)} if before is not None else {"after": dict(after or {})}
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {
        "before": {name: before.get(name) for name in changed},
        "after": {name: after.get(name) for name in changed},
    }


def changed_fields(detail: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """Return the changed fields of a detail with their values before and after; a side that is missing has None."""
    before, after = (found if isinstance(found := detail.get(side), dict) else {} for side in SIDES)
    return [(name, before.get(name), after.get(name)) for name in {**before, **after}]


def single_facts(detail: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the facts of a detail beside its changes. Those that are empty or erased are left out."""
    return [(name, value) for name, value in detail.items() if name not in SIDES and value not in (None, "")]


def _plain(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping) and depth:
        return {_text(name)[:100]: _plain(each, depth - 1) for name, each in list(value.items())[:ITEMS_AT_MOST]}
    if isinstance(value, list | tuple | set | frozenset) and depth:
        items = [_plain(each, depth - 1) for each in list(value)[:ITEMS_AT_MOST]]
        return [*items, f"… and {len(value) - ITEMS_AT_MOST} more"] if len(value) > ITEMS_AT_MOST else items
    # A float is written differently by PostgreSQL and Python, so it is kept as text.
    return _text(value)


def _text(value: Any) -> str:
    """Return the text without NUL, which PostgreSQL refuses, and without halves of surrogate pairs."""
    text = str(value).replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= TEXT_AT_MOST else f"{text[:TEXT_AT_MOST]}… ({len(text)} characters)"
