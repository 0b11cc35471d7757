"""Compile user-supplied regular expressions with RE2, and report where an invalid one is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2

LONGEST = 1024
_MEMORY = 64 << 20


@dataclass(frozen=True, slots=True)
class Flaw:
    """An error in a pattern. `at` is the offset of the wrong character, from 0, or None if there is no single one."""

    message: str
    at: int | None = None


class BadExpression(ValueError):
    """Raised for an expression that RE2 rejects."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.message)
        self.flaw = flaw


def _options() -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _MEMORY
    return options


@lru_cache(maxsize=1_024)
def compiled(expression: str) -> Any:
    """Return the compiled expression. It matches case-insensitively.

    :raises BadExpression: RE2 rejects the expression.
    """
    try:
        return re2.compile(expression, _options())
    except re2.error as error:
        raise BadExpression(_flaw(error, expression)) from None


def _flaw(error: Exception, expression: str) -> Flaw:
    """Convert an RE2 error, "reason: part", to a flaw. For an unmatched bracket the part is the whole expression."""
    raw = error.args[0] if error.args else b""
    told = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
    reason, _, part = told.partition(": ")
    if part == expression and reason in {"missing )", "unexpected )"}:
        at = _lonely_bracket(expression, opening=reason == "missing )")
    elif part:
        at = expression.rfind(part)
    else:
        at = len(expression) - 1
    # RE2's own reason stays in the message, since "can't read" alone would not help the user.
    where = f", at character {at + 1}" if at is not None and at >= 0 else ""
    shown = f" ({part})" if part and part != expression else ""
    return Flaw(f"RE2 can't read this expression: {reason}{where}{shown}.", at if at is not None and at >= 0 else None)


def _lonely_bracket(expression: str, *, opening: bool) -> int | None:
    """Return the offset of the unmatched bracket. Brackets in escapes and character classes are not counted."""
    open_at: list[int] = []
    position, in_class = 0, False
    while position < len(expression):
        character = expression[position]
        if character == "\\":
            position += 1
        elif in_class:
            in_class = character != "]"
        elif character == "[":
            in_class = True
        elif character == "(":
            open_at.append(position)
        elif character == ")":
            if not open_at:
                return position
            open_at.pop()
        position += 1
    return open_at[-1] if opening and open_at else None
