"""Autocompletion of queries in the search bar."""

import re
from dataclasses import dataclass

from investigate.search.query.operators import OPERATORS

_LAST_WORD = re.compile(r"(?<![^\s()])[^\s()]*\Z")
MOST = 12
_EXAMPLES = {"last": ("24h", "7d", "30d", "90d")}


@dataclass(frozen=True, slots=True)
class Completion:
    """A completion: the whole text of the bar after it, and its meaning."""

    text: str
    meaning: str


def completions(text: str) -> list[Completion]:
    """Return the completions of the last word of the text. There are none inside quotation marks."""
    if text.count('"') % 2:
        return []
    match = _LAST_WORD.search(text)
    word = match.group() if match else ""
    before = text[: len(text) - len(word)]
    name, colon, value = word.partition(":")
    if colon:
        return _values(f"{before}{name}:", name.lower(), value.lower())
    found = [
        Completion(f"{before}{operator.name}:", f"{operator.meaning}: {operator.example}")
        for operator in OPERATORS.values()
        if operator.name.startswith(word.lower())
    ]
    if word and before.strip():
        found += [Completion(f"{before}{joint} ", "") for joint in ("AND", "OR", "NOT") if joint.startswith(word)]
    return found[:MOST] if word else found


def _values(before: str, name: str, value: str) -> list[Completion]:
    operator = OPERATORS.get(name)
    if operator is None:
        return []
    words = [choice.word for choice in operator.choices] or list(_EXAMPLES.get(name, ()))
    return [Completion(f"{before}{word}", operator.meaning) for word in words if word.startswith(value)]
