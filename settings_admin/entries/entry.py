"""An entry as the console handles it, whatever its kind: its fields by name, and when it was touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from settings_admin.kinds import Field, Input, Kind, Values


@dataclass(frozen=True, slots=True)
class Entry:
    """One policy as the API gave it. `values` are the fields that people set, `reported` what the service says."""

    kind: Kind
    id: str
    values: dict[str, Any]
    reported: dict[str, Any]
    created_at: datetime | None
    modified_at: datetime | None

    @property
    def name(self) -> str:
        """What people call the entry."""
        return self.kind.name_of(self.values) or self.id

    @property
    def locked(self) -> str:
        """Why the entry can't be changed here; empty when it can."""
        return self.kind.locked(self.values | self.reported)

    @property
    def explained(self) -> str:
        """What the entry does, in words."""
        return self.kind.explain(self.values)


def entry_of(kind: Kind, model: Any) -> Entry:
    """Return the entry behind an answer of the client; where only a deprecated name was answered, that counts."""
    values = {spec.name: _value(spec, model) for spec in kind.fields}
    return Entry(
        kind=kind,
        id=str(model.id or ""),
        values=values,
        reported={name: getattr(model, name, None) for name in kind.reported},
        created_at=model.created_at,
        modified_at=model.modified_at or getattr(model, "last_modified", None),
    )


def _value(spec: Field, model: Any) -> Any:
    value = getattr(model, spec.name, None)
    return getattr(model, spec.older, None) if value is None and spec.older else value


def is_same(spec: Field, one: Any, other: Any) -> bool:
    """Tell whether two values of a field mean the same: nothing and "off", nothing and an empty list."""
    if spec.input is Input.CHECK:
        return bool(one) == bool(other)
    if spec.input is Input.CHOICES:
        return set(one or ()) == set(other or ())
    if spec.input is Input.LINES:
        return list(one or ()) == list(other or ())
    if spec.input in {Input.NOTE, Input.LINE, Input.CHOICE}:
        return (one or "") == (other or "")
    return bool(one == other)


def differences(kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of `after` that `before` has otherwise, with their new values."""
    return {
        spec.name: after[spec.name]
        for spec in kind.fields
        if spec.name in after and not is_same(spec, before.get(spec.name), after[spec.name])
    }


def is_one(kind: Kind, one: Values, other: Values) -> bool:
    """Tell whether two sets of values are the same entry to the API, which keeps no two of them."""
    return kind.identity(one) == kind.identity(other)
