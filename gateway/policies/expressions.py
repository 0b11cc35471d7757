"""Regular expressions that users write into settings. RE2 matches any expression in linear time."""

import logging
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Generic, TypeVar

import re2

logger = logging.getLogger(__name__)
T = TypeVar("T")

LONGEST = 1024
_MEMORY = 64 << 20
_SET_OF = 100


class BadExpression(ValueError):
    """An expression that RE2 does not accept. The message says what is wrong and at which character."""


def _options() -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _MEMORY
    return options


@lru_cache(maxsize=4_096)
def compiled(expression: str) -> Any:
    """Return the compiled expression, which ignores case.

    :raises BadExpression: if RE2 does not accept the expression.
    """
    try:
        return re2.compile(expression, _options())
    except re2.error as error:
        raise BadExpression(_said(error, expression)) from None


def _said(error: Exception, expression: str) -> str:
    """Return RE2's error message with the position in the expression. RE2 itself names only the faulty part."""
    raw = error.args[0] if error.args else b""
    told = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
    reason, _, part = told.partition(": ")
    place = expression.rfind(part) if part else len(expression)
    where = f" at character {place + 1}" if place >= 0 else ""
    return f"not a regular expression of RE2: {reason}{where}" + (f" ({part})" if part else "")


def search(expression: str, text: str) -> str | None:
    """Return the first match of an expression in a text, or None."""
    try:
        match = compiled(expression).search(text)
    except BadExpression as error:
        logger.error("the expression %r matches nothing any more: %s", expression, error)
        return None
    return None if match is None else str(match.group())


class ExpressionTable(Generic[T]):
    """Many expressions that are matched in one pass. Each has to match the whole value."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        everything = list(entries)
        self._parts = [
            part for start in range(0, len(everything), _SET_OF) for part in _parts(everything[start : start + _SET_OF])
        ]

    def find(self, value: str) -> Iterator[T]:
        """Yield the entries whose expressions match the whole value, in the order of the entries."""
        for matcher, owners in self._parts:
            if len(owners) == 1:
                if matcher.fullmatch(value):
                    yield owners[0]
            else:
                for index in sorted(matcher.Match(value) or ()):
                    yield owners[index]

    def __bool__(self) -> bool:
        return bool(self._parts)


def _parts(entries: list[tuple[str, T]]) -> Iterator[tuple[Any, list[T]]]:
    """Compile expressions into one automaton, or into several if one would be too large."""
    if len(entries) == 1:
        try:
            yield compiled(entries[0][0]), [entries[0][1]]
        except BadExpression as error:
            # It was accepted when it was saved, perhaps by another version of RE2. Mail must be accepted all the same.
            logger.error("the expression %r matches nothing any more: %s", entries[0][0], error)
        return
    matcher = re2.Set.FullMatchSet(_options())
    try:
        for expression, _owner in entries:
            matcher.Add(expression)
        matcher.Compile()
    except re2.error:
        half = len(entries) // 2
        yield from _parts(entries[:half])
        yield from _parts(entries[half:])
        return
    yield matcher, [owner for _expression, owner in entries]
