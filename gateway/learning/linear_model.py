"""A linear model over hashed features that learns one message at a time and says phishing, spam or ham.

Two lines of weights: one tells unwanted mail from ham, the other phishing from spam. Each learns by adaptive
regularisation of weights (Crammer, Kulesza and Dredze, "Adaptive Regularization of Weight Vectors", 2009): a weight
that was seen often is moved less, and a message changes only what it must.
"""

import math
import struct
import sys
import zlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from gateway.learning.features import Features

PHISHING: Final = "phishing"
SPAM: Final = "spam"
HAM: Final = "ham"
LABELS: Final = (PHISHING, SPAM, HAM)

BITS: Final = 18
SIZE: Final = 1 << BITS
"""How many weights a line has. Two lines have half of two to the 20."""

_REGULARISATION: Final = 0.1


@dataclass(frozen=True, slots=True)
class Places:
    """The places of a message's features in a line of weights, apart as the features are."""

    words: tuple[int, ...]
    structure: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.words or self.structure)

    @property
    def values(self) -> tuple[tuple[Sequence[int], float], ...]:
        """Both groups with the value of each of their features: a group has the length 1, or 0.7 beside the other."""
        groups = [group for group in (self.words, self.structure) if group]
        return tuple((group, 1.0 / math.sqrt(len(group) * len(groups))) for group in groups)

    def to_bytes(self) -> bytes:
        """Return the places as bytes: the number of words, then all places, 32 bits each, little-endian."""
        return struct.pack(
            f"<{1 + len(self.words) + len(self.structure)}I", len(self.words), *self.words, *self.structure
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Rebuild places from `to_bytes`.

        :raises ValueError: the bytes are no places.
        """
        if len(data) < 4 or len(data) % 4:
            raise ValueError("the bytes are no places of features")
        count, *places = struct.unpack(f"<{len(data) // 4}I", data)
        if count > len(places) or any(place >= SIZE for place in places):
            raise ValueError("the bytes are no places of features")
        return cls(tuple(places[:count]), tuple(places[count:]))


def places(features: Features) -> Places:
    """Return the places of a message's features."""
    return Places(
        tuple(dict.fromkeys(map(place, features.words))), tuple(dict.fromkeys(map(place, features.structure)))
    )


def place(feature: str) -> int:
    """Return the place of one feature in a line of weights."""
    return (zlib.crc32(feature.encode("utf-8", "replace")) * 0x9E3779B1 >> 8) & (SIZE - 1)


class Line:
    """One line of weights, with the confidence in each. Positive sums speak for, negative ones against."""

    def __init__(self, weights: "array[float] | None" = None) -> None:
        self.weights = weights if weights is not None else array("f", bytes(4 * SIZE))
        # Only learning needs the variances; a line that was loaded judges.
        self._variances: array[float] | None = array("f", [1.0]) * SIZE if weights is None else None

    def margin(self, message: Places) -> float:
        """Return how far a message speaks for; an average message that was learnt has 1 or -1."""
        weights = self.weights
        return math.fsum(value * math.fsum(weights[index] for index in group) for group, value in message.values)

    def learn(self, message: Places, *, speaks_for: bool) -> None:
        """Learn one message."""
        variances = self._variances
        assert variances is not None  # noqa: S101 - a line that was loaded is never taught
        sign = 1.0 if speaks_for else -1.0
        margin = self.margin(message) * sign
        if margin >= 1.0 or not message:
            return
        confidence = math.fsum(
            value * value * math.fsum(variances[index] for index in group) for group, value in message.values
        )
        beta = 1.0 / (confidence + _REGULARISATION)
        weights = self.weights
        for group, value in message.values:
            step = (1.0 - margin) * beta * sign * value
            shrink = beta * value * value
            for index in group:
                variance = variances[index]
                weights[index] += step * variance
                variances[index] = variance - shrink * variance * variance


class LinearModel:
    """What was learnt so far."""

    def __init__(self, unwanted: Line | None = None, phishing: Line | None = None) -> None:
        self.unwanted = unwanted or Line()
        self.phishing = phishing or Line()

    def learn(self, message: Places, label: str) -> None:
        """Learn one message. `label` is one of LABELS."""
        self.unwanted.learn(message, speaks_for=label != HAM)
        if label != HAM:
            self.phishing.learn(message, speaks_for=label == PHISHING)

    def to_bytes(self) -> bytes:
        """Return the weights as compressed bytes, little-endian. A model of these judges, and can't learn more."""
        lines = [self.unwanted.weights, self.phishing.weights]
        return zlib.compress(b"".join(_little_endian(line).tobytes() for line in lines), 6)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Rebuild a model from `to_bytes`.

        :raises ValueError: the bytes are no model of this size.
        """
        whole = 2 * 4 * SIZE
        reader = zlib.decompressobj()
        try:
            raw = reader.decompress(data, whole + 1)
        except zlib.error as error:
            raise ValueError("the bytes are no model") from error
        if len(raw) != whole:
            raise ValueError("the model has another size")
        return cls(*(Line(_little_endian(array("f", raw[start : start + whole // 2]))) for start in (0, whole // 2)))


def _little_endian(line: "array[float]") -> "array[float]":
    if sys.byteorder == "little":
        return line
    turned = array("f", line)
    turned.byteswap()
    return turned
