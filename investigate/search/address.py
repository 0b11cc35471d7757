"""Addresses of searches: whatever is shown can be reloaded, sent to somebody, and taken one step further."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from investigate.search.form import DEFAULT_RANGE, FLAGS, SearchForm
from investigate.search.query.times import spelled

# What belongs to the page that is looked at, and not to the search.
PLACE_PARAMETERS = ("cursor", "past", "at", "message", "tab")


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is set, and the address of the same search without it."""

    name: str
    value: str
    without_url: str


def canonical_query(form: SearchForm) -> QueryDict:
    """Return the query of a valid search in one spelling: nothing that is empty or the default, times with offset."""
    query = QueryDict(mutable=True)
    for name, value in form.cleaned_data.items():
        if name == "q":
            continue
        if name == "range":
            if value not in (DEFAULT_RANGE, "custom", ""):
                query[name] = value
        elif name in ("start", "end"):
            if value:
                query[name] = spelled(value)
        elif isinstance(value, list):
            if value:
                query.setlist(name, value)
        elif value is True:
            query[name] = "on"
        elif value:
            query[name] = value
    return query


def search_query(form: SearchForm) -> QueryDict:
    """Return the query of a valid search itself, whatever page of it is looked at."""
    return without(canonical_query(form), PLACE_PARAMETERS)


def search_url(query: QueryDict | None = None, /, **changes: Any) -> str:
    """Return the address of a search, with parameters changed; None takes one out."""
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
    """Return the query without these parameters."""
    changed = query.copy()
    for name in names:
        changed.pop(name, None)
    return changed


def chips(form: SearchForm) -> list[Chip]:
    """Return the filters that are set beyond the search words, each with the address that takes it out."""
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
