"""Table rows and column heads for a list of entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from settings_admin.entries.entry import Entry
from settings_admin.history.selectors import in_words
from settings_admin.kinds import Input, Kind


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head. `url` sorts the list by this column. `sorted` is the current direction: asc, desc or empty."""

    label: str
    url: str = ""
    sorted: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in a table. `style` is name, flag, token or text."""

    label: str
    text: str
    style: str
    is_on: bool = False


@dataclass(slots=True)
class Row:
    """An entry with its table cells. `use` and `term` are filled in for the kinds that have them."""

    entry: Entry
    cells: list[Cell]
    use: Any = None
    term: Any = None


def rows_of(kind: Kind, entries: list[Entry]) -> list[Row]:
    """Return the entries as table rows, with the name in the first column."""
    return [Row(entry, list(_cells(kind, entry))) for entry in entries]


def _cells(kind: Kind, entry: Entry) -> Any:
    for spec in _shown(kind):
        value = entry.values.get(spec.name)
        text = in_words(spec, value)
        if spec.name == kind.named_by:
            yield Cell(spec.label, text or entry.id, "name")
        elif spec.input is Input.CHECK:
            yield Cell(spec.label, text, "flag", is_on=bool(value))
        else:
            yield Cell(spec.label, text, "token" if spec.input is Input.PATTERN else "text")
    for name, label in kind.listed:
        yield Cell(label, _reported(kind, name, entry.reported.get(name)), "text")


def _reported(kind: Kind, name: str, value: Any) -> str:
    """Return a reported value as text, with the label of the filter's choice if there is one."""
    words = {word: label for offered in kind.filters if offered.name == name for word, label in offered.choices}
    text = str(value or "")
    if not text:
        return "Unknown" if name.endswith("status") else ""
    return words.get(text, words.get(text.upper(), text.capitalize()))


def _shown(kind: Kind) -> list[Any]:
    listed = [spec for spec in kind.fields if spec.is_listed]
    return sorted(listed, key=lambda spec: spec.name != kind.named_by)


def heads_of(kind: Kind, query: QueryDict) -> list[Head]:
    """Return the column heads. Heads of columns that the API can sort by have a link that sorts."""
    heads = [_head(kind, query, spec.name, spec.label) for spec in _shown(kind)]
    heads += [Head(label) for _name, label in kind.listed]
    return [*heads, _head(kind, query, "created_at", "Added"), Head("Changed")]


def _head(kind: Kind, query: QueryDict, name: str, label: str) -> Head:
    if name not in kind.orders:
        return Head(label)
    current = query.get("direction") or "asc" if query.get("order") == name else ""
    direction = "desc" if current == "asc" else "asc"
    return Head(label, changed_query(query, order=name, direction=direction, page=None), current)


def changed_query(query: QueryDict, **changes: Any) -> str:
    """Return the query string with some values changed. None removes a value; empty values are left out."""
    changed = query.copy()
    for name, value in changes.items():
        if value is None:
            changed.pop(name, None)
        else:
            changed[name] = str(value)
    for name in [name for name in changed if not changed[name]]:
        del changed[name]
    return f"?{changed.urlencode()}"
