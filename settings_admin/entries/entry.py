"""Policy entry of any kind, with its fields by name, and comparisons of entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from settings_admin.kinds import Field, Input, Kind, Values


@dataclass(frozen=True, slots=True)
class Entry:
    """One policy entry from the API. `values` are the fields that users set, `reported` the read-only attributes."""

    kind: Kind
    id: str
    values: dict[str, Any]
    reported: dict[str, Any]
    created_at: datetime | None
    modified_at: datetime | None

    @property
    def name(self) -> str:
        """Display name of the entry."""
        return self.kind.name_of(self.values) or self.id

    @property
    def locked(self) -> str:
        """Reason why the entry can't be changed here. It is empty if it can."""
        return self.kind.locked(self.values | self.reported)

    @property
    def remark(self) -> str:
        """What is unusual about the entry. It is empty for most."""
        return self.kind.remark(self.values)

    @property
    def explained(self) -> str:
        """Description in words of what the entry does."""
        return self.kind.explain(self.values)


def entry_of(kind: Kind, model: Any) -> Entry:
    """Return the entry for a model of the client. Deprecated field names are read if the current ones are missing."""
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
    """Return whether two values of a field are equivalent. None equals "off", an empty text and an empty list."""
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
    """Return the fields of `after` that differ from `before`, with their new values."""
    return {
        spec.name: after[spec.name]
        for spec in kind.fields
        if spec.name in after and not is_same(spec, before.get(spec.name), after[spec.name])
    }


def is_one(kind: Kind, one: Values, other: Values) -> bool:
    """Return whether two sets of values have the same identity. The API stores at most one entry of an identity."""
    return kind.identity(one) == kind.identity(other)
