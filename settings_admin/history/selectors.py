"""Queries for the change history, and field values in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from dashboard.backend import backend_account_id, backend_fingerprint
from settings_admin.entries.entry import is_same
from settings_admin.history.models import Change
from settings_admin.kinds import KINDS, Field, Input, Kind

PER_PAGE = 50
_MOST_OF_ONE_ENTRY = 100
_MOST_LIVES = 10
KIND_BY_RESOURCE = {kind.resource: kind for kind in KINDS}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a change, with its values before and after in words. `is_changed` says whether they differ."""

    field: Field
    before: str
    after: str
    is_changed: bool


def changes_of_backend() -> Any:
    """Return the changes made on the backend that the console is connected to."""
    return Change.objects.filter(account_id=backend_account_id(), backend=backend_fingerprint())


def changes_of_entry(kind: Kind, entry_id: str) -> list[Change]:
    """Return the newest changes of one entry, including those from before it was deleted and restored."""
    ids, newest = [entry_id], entry_id
    for _ in range(_MOST_LIVES):
        row = changes_of_backend().filter(kind=kind.resource, entry_id=newest).exclude(former_id="").first()
        if row is None or row.former_id in ids:
            break
        newest = row.former_id
        ids.append(newest)
    return list(changes_of_backend().filter(kind=kind.resource, entry_id__in=ids).order_by("-id")[:_MOST_OF_ONE_ENTRY])


def change_list(
    *, kind: str = "", person: str = "", search: str = "", before: int | None = None
) -> tuple[list[Change], int | None]:
    """Return a page of changes, newest first, and the id to pass as `before` for the next page, None on the last.

    Changes that belong to a run are left out.
    """
    found = changes_of_backend().filter(run=None)
    if kind:
        found = found.filter(kind=kind)
    if person:
        found = found.filter(username=person)
    if search:
        found = found.filter(Q(name__icontains=search) | Q(why__icontains=search))
    if before is not None:
        found = found.filter(id__lt=before)
    rows = list(found.order_by("-id")[: PER_PAGE + 1])
    return rows[:PER_PAGE], rows[PER_PAGE - 1].pk if len(rows) > PER_PAGE else None


def differences_of(kind: Kind, before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[Difference]:
    """Return every field of the kind with its values before and after, in words."""
    old, new = before or {}, after or {}
    return [
        Difference(
            spec,
            in_words(spec, old.get(spec.name)) if before is not None else "",
            in_words(spec, new.get(spec.name)) if after is not None else "",
            not is_same(spec, old.get(spec.name), new.get(spec.name)),
        )
        for spec in kind.fields
    ]


def in_words(spec: Field, value: Any) -> str:
    """Return a field's value as readable text. It is empty if there is no value."""
    names = dict(spec.choices)
    match spec.input:
        case Input.CHECK:
            return "Yes" if value else "No"
        case Input.MAYBE:
            return "" if value is None else ("Yes" if value else "No")
        case Input.CHOICES | Input.LINES:
            return ", ".join(names.get(str(one), str(one)) for one in value or ())
        case Input.CHOICE:
            return names.get(str(value), str(value)) if value else ""
        case _:
            return "" if value is None else str(value)
