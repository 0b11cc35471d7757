"""What is wrong with a pattern, in words and with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policy_patterns.expressions import LONGEST, BadExpression, compiled


@dataclass(frozen=True, slots=True)
class Flaw:
    """An error in a pattern. `at` is the offset of the wrong character, from 0, or None if there is no single one."""

    message: str
    at: int | None = None


def expression_flaws(expression: str) -> Iterator[Flaw]:
    """Yield the errors of a regular expression."""
    if len(expression) > LONGEST:
        yield Flaw(f"At most {LONGEST} characters.")
        return
    try:
        compiled(expression)
    except BadExpression as error:
        # RE2's own reason stays in the message, since "can't read" alone would not help the user.
        where = f", at character {error.at + 1}" if error.at is not None else ""
        shown = f" ({error.part})" if error.part else ""
        yield Flaw(f"RE2 can't read this expression: {error.reason}{where}{shown}.", error.at)
