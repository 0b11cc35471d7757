"""Telling a field that is left as it is from one that is set to nothing."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final


class NotGiven(Enum):
    """The type of NOT_GIVEN: an argument that was not given, where None means null."""

    NOT_GIVEN = "NOT_GIVEN"

    def __repr__(self) -> str:
        return "NOT_GIVEN"


NOT_GIVEN: Final = NotGiven.NOT_GIVEN


def given(**fields: Any) -> dict[str, Any]:
    """Return the fields that were given, None included."""
    return {name: value for name, value in fields.items() if value is not NOT_GIVEN}
