"""Regular expressions of people, on RE2, with the place where one is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2

LONGEST = 1024
_MEMORY = 64 << 20


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with an expression; `at` counts characters from 0, None where it is no single place."""

    message: str
    at: int | None = None


class BadExpression(ValueError):
    """An expression that RE2 does not take."""

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
    """Return the expression, without regard to case.

    :raises BadExpression: RE2 does not take it.
    """
    try:
        return re2.compile(expression, _options())
    except re2.error as error:
        raise BadExpression(_flaw(error, expression)) from None


def _flaw(error: Exception, expression: str) -> Flaw:
    """Say what RE2 said: "reason: part", where the part is the whole expression when a bracket has no partner."""
    raw = error.args[0] if error.args else b""
    told = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
    reason, _, part = told.partition(": ")
    if part == expression and reason in {"missing )", "unexpected )"}:
        at = _lonely_bracket(expression, opening=reason == "missing )")
    elif part:
        at = expression.rfind(part)
    else:
        at = len(expression) - 1
    # "It can't be read" alone would leave people guessing, so RE2's own reason stays in the sentence.
    where = f", at character {at + 1}" if at is not None and at >= 0 else ""
    shown = f" ({part})" if part and part != expression else ""
    return Flaw(f"RE2 can't read this expression: {reason}{where}{shown}.", at if at is not None and at >= 0 else None)


def _lonely_bracket(expression: str, *, opening: bool) -> int | None:
    """Return where the bracket stands that has no partner; escapes and classes hold none."""
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
