"""Bounds on the structure of a JSON body, checked in linear time before it is parsed."""

import re
from typing import Final

DEEPEST: Final = 32
MOST_VALUES: Final = 50_000
"""Values that the arrays and objects of one body may have together."""

# A string, also one that doesn't end. The possessive repetition keeps the search linear.
_STRINGS: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_BRACKETS: Final = re.compile(rb"[\[\]{}]")


class TooComplex(ValueError):
    """A body that is nested too deep, or has too many values. The message completes a sentence about the body."""


def check_json(raw: bytes) -> None:
    """Check the depth and the number of values of a JSON text, whether it is valid or not.

    :raises TooComplex: it has more than DEEPEST levels or MOST_VALUES values.
    """
    bare = _STRINGS.sub(b"", raw)
    if bare.count(b",") + bare.count(b"[") + bare.count(b"{") > MOST_VALUES:
        raise TooComplex(f"has more than {MOST_VALUES:,} values")
    depth = 0
    for bracket in _BRACKETS.finditer(bare):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > DEEPEST:
            raise TooComplex(f"is nested more than {DEEPEST} levels deep")
