"""Sentinel for arguments that were not given, to distinguish them from None, which is sent as null."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final


class NotGiven(Enum):
    """The type of NOT_GIVEN, the default of arguments for which None means null."""

    NOT_GIVEN = "NOT_GIVEN"

    def __repr__(self) -> str:
        return "NOT_GIVEN"


NOT_GIVEN: Final = NotGiven.NOT_GIVEN


def given(**fields: Any) -> dict[str, Any]:
    """Return the fields that were given, including those that are None."""
    return {name: value for name, value in fields.items() if value is not NOT_GIVEN}
