"""URLs of searches: canonical query strings, links with changed parameters, and chips for the set filters.

The URL holds the whole state of the search page. So every page can be reloaded, shared, and refined.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from investigate.search.form import DEFAULT_RANGE, FLAGS, SearchForm
from investigate.search.query.times import format_time

# Parameters that belong to the shown page of results, not to the search.
PLACE_PARAMETERS = ("cursor", "past", "at", "message", "tab")


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, with the URL of the same search without this filter."""

    name: str
    value: str
    without_url: str


def canonical_query(form: SearchForm) -> QueryDict:
    """Return the canonical query string of a valid search.

    Empty and default values are left out. Times have an offset.
    """
    query = QueryDict(mutable=True)
    for name, value in form.cleaned_data.items():
        if name == "q":
            continue
        if name == "range":
            if value not in (DEFAULT_RANGE, "custom", ""):
                query[name] = value
        elif name in ("start", "end"):
            if value:
                query[name] = format_time(value)
        elif isinstance(value, list):
            if value:
                query.setlist(name, value)
        elif value is True:
            query[name] = "on"
        elif value:
            query[name] = value
    return query


def search_query(form: SearchForm) -> QueryDict:
    """Return the canonical query string of a valid search without the parameters of the shown page."""
    return without(canonical_query(form), PLACE_PARAMETERS)


def search_url(query: QueryDict | None = None, /, **changes: Any) -> str:
    """Return the URL of a search with `changes` applied to its parameters. The value None removes a parameter."""
    changed = query.copy() if query is not None else QueryDict(mutable=True)
    for name, value in changes.items():
        if value is None:
            changed.pop(name, None)
        elif isinstance(value, (list, tuple)):
            changed.setlist(name, [str(part) for part in value])
        else:
            changed[name] = str(value)
    text = changed.urlencode(safe=":")
    return reverse("investigate:search") + (f"?{text}" if text else "")


def without(query: QueryDict, names: Iterable[str]) -> QueryDict:
    """Return a copy of the query string without the parameters in `names`."""
    changed = query.copy()
    for name in names:
        changed.pop(name, None)
    return changed


def chips(form: SearchForm) -> list[Chip]:
    """Return a chip for each filter that is set, except the search words."""
    query = search_query(form)
    found: list[Chip] = []
    for name in query:
        field = form.fields[name]
        label = str(field.label)
        choices = dict(getattr(field, "choices", []))
        for value in query.getlist(name):
            if name == "query":
                continue
            rest = [other for other in query.getlist(name) if other != value]
            shown = "" if name in FLAGS else str(choices.get(value, value))
            if name in ("start", "end"):
                shown = form.cleaned_data[name].strftime("%Y-%m-%d %H:%M")
            found.append(Chip(label, shown, search_url(without(query, [name]), **({name: rest} if rest else {}))))
    return found
