"""Evidence that two messages belong together, weighed by how rare each common trait is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from operator import eq

from investigate.campaigns.grouping.rarity import Rarity, minhash_values
from investigate.campaigns.grouping.traits import MINHASH_VALUES, Traits

NEARLY_THE_SAME = 0.85
ALIKE = 0.45
"""Share of common words from which on the text is evidence, together with something else."""
ENOUGH = 3.0

_CONTENT = {
    "structure": 1.0,
    "subject": 1.0,
    "files": 2.0,
    "file_names": 0.5,
    "hosts": 1.25,
    "paths": 0.75,
    "reply_to": 1.25,
}
_SOURCE = {"sender": 0.5, "name": 0.25, "ip": 0.5, "hop": 0.25}
_SOURCE_AT_MOST = 1.0
_TEXT = 3.0
_ANCHORS = frozenset({"text", "subject", "files", "reply_to"})
"""Traits of which a pair must share one. HTML and servers alone are shared by all mail of one sender."""
_ANCHORS_OF_THREATS = _ANCHORS | {"hosts"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that two messages have in common. `value` is shown; `share`, from 0 to 1, is the common part of a text.

    A `kind` is a field of `Traits`.
    """

    kind: str
    value: str = ""
    share: float = 1.0


def text_share(one: Traits, other: Traits) -> float:
    """Return the estimated common share of two texts' words, or 0 if one of them is too short or not known."""
    if not one.minhash or not other.minhash:
        return 0.0
    same: int = sum(map(eq, minhash_values(one.minhash), minhash_values(other.minhash)))
    return same / MINHASH_VALUES


def evidence_of(one: Traits, other: Traits) -> list[Evidence]:
    """Return everything that two messages have in common, in the order in which it is shown."""
    share = text_share(one, other)
    found = []
    if one.text and one.text == other.text:
        found.append(Evidence("text"))
    elif share >= ALIKE:
        found.append(Evidence("text", share=share))
    return found + list(_shared_values(one, other))


def _shared_values(one: Traits, other: Traits) -> Iterator[Evidence]:
    for kind in ("structure", "subject", "reply_to", "sender", "name", "ip", "hop"):
        value = getattr(one, kind)
        if value and value == getattr(other, kind):
            yield Evidence(kind, value)
    for kind in ("hosts", "paths", "files", "file_names"):
        theirs = getattr(other, kind)
        yield from (Evidence(kind, value) for value in getattr(one, kind) if value in theirs)


def belong_together(one: Traits, other: Traits, rarity: Rarity) -> bool:
    """Return whether the evidence is enough. It depends on the two messages and on how rare their traits are.

    A text that is the same, or nearly, and rare, is enough. Otherwise it takes two kinds of evidence, one an anchor.
    """
    points: dict[str, float] = {}
    # What is rare of two texts is at most what they share, which is counted faster.
    text = rarity.text_weight(one, other) if text_share(one, other) >= ALIKE else 0.0
    if text >= NEARLY_THE_SAME:
        return True
    # A short text, such as "see the attachment", has no MinHash: that it is the same needs something beside it.
    if one.text and one.text == other.text:
        text = max(text, rarity.weight("text", one.text))
    if text >= ALIKE:
        points["text"] = _TEXT * text
    for entry in _shared_values(one, other):
        base = _CONTENT.get(entry.kind) or _SOURCE[entry.kind]
        points[entry.kind] = max(points.get(entry.kind, 0.0), base * rarity.weight(entry.kind, entry.value))
    anchors = _ANCHORS_OF_THREATS if one.is_threat and other.is_threat else _ANCHORS
    if len(points) < 2 or not anchors & points.keys():
        return False
    source = sum(value for kind, value in points.items() if kind in _SOURCE)
    content = sum(value for kind, value in points.items() if kind not in _SOURCE)
    return content + min(_SOURCE_AT_MOST, source) >= ENOUGH
