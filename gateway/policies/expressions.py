"""Regular expressions of settings, applied to mail. RE2 matches any expression in linear time."""

import logging
from collections.abc import Iterable, Iterator
from typing import Any, Generic, TypeVar

import re2

from policy_patterns.expressions import BadExpression, compiled, options, words_in

logger = logging.getLogger(__name__)
T = TypeVar("T")

_SET_OF = 100


def search(expression: str, text: str) -> str | None:
    """Return the first match of an expression in a text, or None."""
    try:
        return next(iter(words_in(expression, text)), None)
    except BadExpression as error:
        logger.error("the expression %r matches nothing any more: %s", expression, error)
        return None


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
    matcher = re2.Set.FullMatchSet(options())
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
