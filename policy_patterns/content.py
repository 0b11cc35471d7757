"""Which expressions a content policy may be given."""

from __future__ import annotations

from typing import Final

from policy_patterns.dialect import NotInDialect, alternatives
from policy_patterns.expressions import compiled

STEPS_AT_MOST: Final = 5_000
"""Size of the program that RE2 makes of an expression. At this size, a text of a million characters that a stranger
wrote for it takes about two seconds; at ten times the size, about twenty."""


def check_content_expression(expression: str) -> None:
    """Check an expression that RE2 accepts.

    :raises NotInDialect: for the first construct outside the dialect, or for an expression that is too large.
    :raises BadExpression: if RE2 does not accept the expression.
    """
    alternatives(expression)
    size = compiled(expression).programsize
    if size > STEPS_AT_MOST:
        raise NotInDialect(
            f"the expression is too large: it has {size:,} steps, and {STEPS_AT_MOST:,} at most are taken",
            max(0, expression.find("{")),
        )
