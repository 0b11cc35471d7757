"""The closed dialect of content policies, as the vendor's dashboard takes it.

    .   any character            \\d \\w \\s   digit, word character, white space
    *   zero or more             \\b         word boundary
    +   one or more              [abc] [^abc] [a-z]
    ?   optional                 {n} {n,m}  n and m at most 50
    |   or                       ^ $        start and end of the text

A backslash before a character that is neither a letter nor a digit stands for that character. There are no groups:
the vendor's list has none, so `|` always divides the whole expression. Everything in the dialect means the same in RE2
and in the vendor's engine. What only one of them knows is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

LARGEST_COUNT: Final = 50
_SHORTHANDS: Final = frozenset("dws")
_COUNT: Final = re.compile(r"\{(\d{1,9})(?:(,)(\d{0,9}))?\}")
_QUANTIFIERS: Final = frozenset("*+?{")


class NotInDialect(ValueError):
    """Raised for an expression outside the dialect. The message names the construct, `at` its offset from 0."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True)
class Element:
    """One element of an alternative: the text of it, quantifier included, and its offset.

    `what` is "character", "class", "any" or "anchor". `character` is what a character stands for.
    """

    text: str
    at: int
    what: str
    character: str = ""
    is_repeated: bool = False


Alternative = tuple[Element, ...]


def alternatives(expression: str) -> tuple[Alternative, ...]:
    """Return the alternatives of an expression, each as its elements.

    :raises NotInDialect: for the first construct that the dialect does not have.
    """
    found: list[Alternative] = []
    current: list[Element] = []
    at = 0
    while at < len(expression):
        if expression[at] == "|":
            found.append(_closed(current, at))
            current = []
            at += 1
            continue
        element = _element(expression, at)
        at += len(element.text)
        quantifier = _quantifier(expression, at)
        if quantifier and element.what == "anchor":
            raise NotInDialect(f"{element.text} has no width, so {quantifier} has nothing to repeat", at)
        if quantifier:
            element = Element(element.text + quantifier, element.at, element.what, element.character, is_repeated=True)
            at += len(quantifier)
            if expression[at : at + 1] and expression[at] in _QUANTIFIERS:
                raise NotInDialect(f"{expression[at]} follows another quantifier: one is allowed", at)
        current.append(element)
    found.append(_closed(current, len(expression)))
    return tuple(found)


def _closed(elements: list[Element], at: int) -> Alternative:
    if not elements:
        raise NotInDialect("an empty alternative is found in every text", max(0, at - 1))
    return tuple(elements)


def _element(expression: str, at: int) -> Element:
    """Return the element at an offset, without its quantifier."""
    character = expression[at]
    if character == "\\":
        return _escape(expression, at)
    if character == "[":
        return Element(expression[at : _end_of_class(expression, at)], at, "class")
    if character == ".":
        return Element(character, at, "any")
    if character in "^$":
        return Element(character, at, "anchor")
    if character in "()":
        raise NotInDialect(_about_brackets(expression, at), at)
    if character in _QUANTIFIERS:
        raise NotInDialect(f"{character} has nothing to repeat; for the character itself write \\{character}", at)
    return Element(character, at, "character", character)


def _about_brackets(expression: str, at: int) -> str:
    construct = {"(?=": "a lookahead", "(?!": "a lookahead", "(?<": "a lookbehind or named group", "(?:": "a group"}
    named = construct.get(expression[at : at + 3])
    if named is None:
        named = "an inline flag" if expression.startswith("(?", at) else "a group"
    hint = "case never counts" if named == "an inline flag" else "write each alternative out, divided by |"
    character = expression[at]
    what = named if character == "(" else "a group's end"
    return f'{what} "{character}" is not in the dialect: {hint}; for the character itself write \\{character}'


def _escape(expression: str, at: int) -> Element:
    escaped = expression[at + 1 : at + 2]
    if not escaped:
        raise NotInDialect("a backslash at the end escapes nothing; for the character itself write \\\\", at)
    text = f"\\{escaped}"
    if escaped == "b":
        return Element(text, at, "anchor")
    if escaped in _SHORTHANDS:
        return Element(text, at, "class")
    if escaped.isalnum() or ord(escaped) > 126 or escaped < "!":
        raise NotInDialect(f"{_shown(text)} is not in the dialect, which has \\d, \\w, \\s and \\b", at)
    return Element(text, at, "character", escaped)


def _quantifier(expression: str, at: int) -> str:
    """Return the quantifier at an offset, or an empty text."""
    character = expression[at : at + 1]
    if character in {"*", "+", "?"}:
        return character
    if character != "{":
        return ""
    count = _COUNT.match(expression, at)
    if count is None:
        raise NotInDialect("{ begins a count such as {2} or {2,5}; for the character itself write \\{", at)
    lowest, comma, highest = count.groups()
    if comma and not highest:
        raise NotInDialect(f"{count[0]} has no upper bound: give one of at most {LARGEST_COUNT}, or use * or +", at)
    bounds = (int(lowest), int(highest or lowest))
    if max(bounds) > LARGEST_COUNT:
        raise NotInDialect(f"{count[0]} counts further than {LARGEST_COUNT}", at)
    if bounds[0] > bounds[1]:
        raise NotInDialect(f"{count[0]} counts backwards", at)
    return count[0]


def _end_of_class(expression: str, start: int) -> int:
    """Return the offset behind the class that begins at `start`.

    :raises NotInDialect: for what the two engines would read differently, or not at all.
    """
    at = start + 1
    if expression.startswith("^", at):
        at += 1
    first = at
    while True:
        if at >= len(expression):
            raise NotInDialect("[ has no closing ]; for the character itself write \\[", start)
        if expression[at] == "]":
            if at == first:
                raise NotInDialect("a class without characters matches nothing; for ] itself write \\]", start)
            return at + 1
        low, after = _member(expression, at)
        if not expression.startswith("-", after) or expression.startswith("-]", after):
            at = after
            continue
        if after + 1 >= len(expression):
            raise NotInDialect("[ has no closing ]; for the character itself write \\[", start)
        high, end = _member(expression, after + 1)
        written = _shown(expression[at:end])
        if not low or not high:
            raise NotInDialect(f"{written} is no range: both ends have to be characters", at)
        if low > high:
            raise NotInDialect(f"the range {written} is backwards", at)
        at = end


def _member(expression: str, at: int) -> tuple[str, int]:
    """Return the character at an offset in a class, empty for \\d, \\w and \\s, and the offset behind it."""
    character = expression[at]
    if character == "[":
        raise NotInDialect("a class within a class is not in the dialect; for the character itself write \\[", at)
    if expression.startswith("&&", at):
        raise NotInDialect("&& in a class is not in the dialect; for the character itself write &", at)
    if character != "\\":
        return character, at + 1
    element = _escape(expression, at)
    if element.what == "anchor":
        raise NotInDialect("\\b is no character, so it can't be in a class", at)
    return element.character, at + 2


def _shown(text: str) -> str:
    """Return a text with control characters spelt out, since it is told to a person."""
    return "".join(each if each.isprintable() else f"U+{ord(each):04X}" for each in text)
