"""Compile the regular expressions that users write, with RE2, and say where an invalid one is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, Final

import re2

LONGEST: Final = 1024
"""Characters of an expression."""
LONGEST_TEXT: Final = 1_000_000
"""Characters of a text that are searched. What lies beyond is not looked at."""
LONGEST_WORDS: Final = 200
"""Characters of a match that are told."""
_MEMORY: Final = 64 << 20


class BadExpression(ValueError):
    """Raised for an expression that is refused.

    `reason` says why and may name the faulty `part`. `at` is the offset of the wrong character, from 0, or None if
    there is no single one.
    """

    def __init__(self, reason: str, at: int | None = None, part: str = "") -> None:
        self.reason, self.at, self.part = reason, at, part
        where = f" at character {at + 1}" if at is not None else ""
        super().__init__(f"not a regular expression of RE2: {reason}{where}" + (f" ({part})" if part else ""))


def options() -> Any:
    """Return the options that all expressions are compiled with: case never counts, and memory is bounded."""
    chosen = re2.Options()
    chosen.case_sensitive = False
    chosen.log_errors = False
    chosen.max_mem = _MEMORY
    return chosen


@lru_cache(maxsize=4_096)
def compiled(expression: str) -> Any:
    """Return the compiled expression, which ignores case.

    :raises BadExpression: if RE2 does not accept the expression.
    """
    try:
        return re2.compile(expression, options())
    except re2.error as error:
        raise _refusal(error, expression) from None


def words_in(expression: str, text: str, *, most: int = 1) -> list[str]:
    """Return the first `most` different matches in a text, in its order, each cut to LONGEST_WORDS characters.

    :raises BadExpression: if RE2 does not accept the expression.
    """
    matches = islice(compiled(expression).finditer(text[:LONGEST_TEXT]), most * 4)
    return list(islice(_different(str(match.group())[:LONGEST_WORDS] for match in matches), most))


def _different(words: Iterator[str]) -> Iterator[str]:
    seen: set[str] = set()
    for word in words:
        if word.casefold() not in seen:
            seen.add(word.casefold())
            yield word


def _refusal(error: Exception, expression: str) -> BadExpression:
    """Convert an RE2 error, "reason: part". For an unmatched bracket the part is the whole expression."""
    raw = error.args[0] if error.args else b""
    told = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
    reason, _, part = told.partition(": ")
    at: int | None
    if part == expression and reason in {"missing )", "unexpected )"}:
        at = _lonely_bracket(expression, opening=reason == "missing )")
    elif part:
        at = expression.rfind(part)
    else:
        at = len(expression) - 1
    return BadExpression(reason, at if at is not None and at >= 0 else None, part if part != expression else "")


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
