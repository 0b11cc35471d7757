"""How rare each trait is among all messages: what many share tells nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain
from math import log2
from typing import Any, TypeVar

from investigate.campaigns.grouping.traits import MINHASH_VALUES, Traits

T = TypeVar("T")

BITS_OF_A_RARE_TRAIT = 6.0
FEWEST_MESSAGES = 1000
"""A store counts as at least this large, so that a campaign in a small one is not taken for a common trait."""

COMMON = 0.75
"""Weight of a trait that about one message in 23 has."""


class Rarity:
    """The weights of all traits: 1 for a rare one, 0 for one that all messages have. It depends on the set only.

    A trait counts as rare if one message in 64 has it. The number of messages is rounded up to a power of two, so that
    weights don't move with each message. Only traits that are not rare are kept: a few thousand, however many messages
    there are.
    """

    def __init__(self, bits: float, counts: dict[tuple[str, str], int], parts: list[dict[int, int]]) -> None:
        self._bits = bits
        self._counts = counts
        self._parts = parts
        self._weights: dict[int, float] = {}

    @classmethod
    def of(cls, rows: Sequence[Traits]) -> Rarity:
        """Count the traits of all messages."""
        bits = float((len(rows) + FEWEST_MESSAGES - 1).bit_length())
        rare: float = 2 ** (bits - BITS_OF_A_RARE_TRAIT)
        counts = _frequent(Counter(chain.from_iterable(row.values() for row in rows)), rare)
        hashes = [minhash_values(row.minhash) for row in rows if row.minhash]
        parts = [_frequent(Counter(one[number] for one in hashes), rare) for number in range(MINHASH_VALUES)]
        return cls(bits, counts, parts)

    def to_json(self) -> dict[str, Any]:
        """Return the counts as data for a JSON column."""
        return {
            "bits": self._bits,
            "counts": [[kind, value, count] for (kind, value), count in self._counts.items()],
            "parts": [list(part.items()) for part in self._parts],
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Rarity:
        """Return the counts that `to_json` encoded."""
        counts = {(kind, value): count for kind, value, count in kept["counts"]}
        return cls(kept["bits"], counts, [dict(part) for part in kept["parts"]])

    def is_common(self, number: int) -> bool:
        """Return whether so many messages are too many for what they share to tell much."""
        return number > FEWEST_MESSAGES and self._weight(number) < COMMON

    def is_common_trait(self, kind: str, value: str) -> bool:
        """Return whether so many messages have a trait that it tells not much."""
        return self.is_common(self._counts.get((kind, value), 0))

    def weight(self, kind: str, value: str) -> float:
        """Return from 0 to 1 what it tells that two messages share this trait."""
        return self._weight(self._counts.get((kind, value), 0))

    def text_weight(self, one: Traits, other: Traits) -> float:
        """Return from 0 to 1 what the common part of two texts tells: its share, each part weighed by its rarity."""
        if not one.minhash or not other.minhash:
            return 0.0
        first, second = minhash_values(one.minhash), minhash_values(other.minhash)
        shared = (
            self._weight(part.get(value, 0))
            for part, value, theirs in zip(self._parts, first, second, strict=True)
            if value == theirs
        )
        return sum(shared) / MINHASH_VALUES

    def _weight(self, frequency: int) -> float:
        known = self._weights.get(frequency)
        if known is None:
            bits = self._bits - log2(max(frequency, 1))
            known = self._weights[frequency] = min(1.0, max(0.0, bits / BITS_OF_A_RARE_TRAIT))
        return known


def _frequent(counts: Counter[T], rare: float) -> dict[T, int]:
    """Return the counts of what is not rare: the weight of all else is 1."""
    return {value: count for value, count in counts.items() if count > rare}


def minhash_values(minhash: bytes) -> memoryview[int]:
    """Return the values of a MinHash as numbers in the byte order of this machine: they are only compared."""
    return memoryview(minhash).cast("H")
