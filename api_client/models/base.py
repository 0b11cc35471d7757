"""Base class and common types of all wire models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class WireModel(BaseModel):
    """Base class of all wire models, which parse and serialize parts of the API's JSON.

    Fields can be set by their Python name or by their name in JSON. Unknown fields are ignored, since a newer server
    may send more.
    """

    model_config = ConfigDict(extra="ignore", populate_by_name=True)


@dataclass(frozen=True, slots=True)
class Ended:
    """Marks a field as deprecated: since when servers need no longer serve it, and what serves instead.

    Both come from the API's reference. `on` is None if it names no date, `instead` empty if nothing takes its place.
    No model requires such a field.
    """

    on: date | None = None
    instead: str = ""

    def __get_pydantic_json_schema__(
        self, core_schema: Any, handler: Callable[[Any], dict[str, Any]]
    ) -> dict[str, Any]:
        """Return the field's JSON schema, marked as deprecated."""
        return handler(core_schema) | {"deprecated": True}


def _is_none(value: object) -> bool:
    return value is None


def _without_null(schema: dict[str, Any]) -> None:
    kinds = [kind for kind in schema.pop("anyOf") if kind != {"type": "null"}]
    schema.pop("default", None)
    schema.update(kinds[0] if len(kinds) == 1 else {"anyOf": kinds})


NEVER_NULL = Field(exclude_if=_is_none, json_schema_extra=_without_null)
"""Leaves an optional field out of the JSON while it is None: the API's clients know it as a value or not at all."""

JULY_2026 = date(2026, 7, 1)
NOVEMBER_2026 = date(2026, 11, 1)
DECEMBER_2026 = date(2026, 12, 1)


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)


UtcDatetime = Annotated[datetime, AfterValidator(_in_utc)]
"""A timezone-aware time in UTC. A value without an offset is read as UTC, as the API's contract says."""
