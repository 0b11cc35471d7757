"""The switch "exact words" of content policies.

The API has no field for it: the expression itself says it, with `\\b` around each of its alternatives.
"""

from __future__ import annotations

from typing import Final

from policy_patterns.dialect import Alternative, Element, NotInDialect, alternatives

_BOUNDARY: Final = "\\b"


def with_exact_words(expression: str) -> str:
    """Return the expression for whole words only: "pay" becomes "\\bpay\\b", and each alternative likewise.

    :raises NotInDialect: outside the dialect, or if an alternative does not begin and end with a letter, digit or
        underscore of ASCII, since no word boundary is found beside other characters.
    """
    written = []
    for alternative in alternatives(expression):
        first, last = alternative[0], alternative[-1]
        text = "".join(element.text for element in alternative)
        before = "" if first.text == _BOUNDARY else _before(first, "begins")
        after = "" if last.text == _BOUNDARY and len(alternative) > 1 else _before(last, "ends")
        written.append(f"{before}{text}{after}")
    return "|".join(written)


def has_exact_words(expression: str) -> bool:
    """Return whether each alternative of an expression of the dialect stands between word boundaries."""
    return without_exact_words(expression) != expression


def without_exact_words(expression: str) -> str:
    """Return the expression that `with_exact_words` makes this one of; any other expression unchanged."""
    try:
        inner = [_inner(alternative) for alternative in alternatives(expression)]
        if any(text is None for text in inner):
            return expression
        bare = "|".join(text for text in inner if text)
        return bare if with_exact_words(bare) == expression else expression
    except NotInDialect:
        return expression


def _inner(alternative: Alternative) -> str | None:
    if len(alternative) < 3 or alternative[0].text != _BOUNDARY or alternative[-1].text != _BOUNDARY:
        return None
    return "".join(element.text for element in alternative[1:-1])


def _before(edge: Element, verb: str) -> str:
    """Return the boundary to write beside an edge of an alternative."""
    is_word = edge.character.isascii() and (edge.character.isalnum() or edge.character == "_")
    if edge.what == "anchor" or (edge.what == "character" and not is_word):
        raise NotInDialect(
            f"an exact word {verb} with a letter from a to z, a digit or an underscore, not with {edge.text}", edge.at
        )
    return _BOUNDARY
