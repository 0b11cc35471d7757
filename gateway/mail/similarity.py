"""MinHash of a message's text: two texts share about as many of its 64 values as they share words and word pairs.

It is computed by one permutation: each word and pair falls into one of 64 bins, and each bin keeps its smallest value.
An empty bin takes over the value of the next one that is not empty. Source: Li, Owen and Zhang, "One Permutation
Hashing" (2012), and Shrivastava and Li, "Densifying One Permutation Hashing" (2014).
"""

import base64
import re
import struct
import zlib
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

VALUES: Final = 64
FEWEST_SHINGLES: Final = 40
"""With fewer words and pairs, some 20 words of text, two texts resemble each other by chance."""

_LONGEST: Final = 20_000
_NO_WORD: Final = re.compile(r"[\W_]+")
_DIGIT: Final = re.compile(r"\d")
_QUOTED: Final = re.compile(r"^\s*(?:>.*|-{2,}\s*original message.*|-- )$", re.IGNORECASE)
_SHORTEST_NAME: Final = 3
_MIX: Final = 0x9E3779B1


def text_minhash(text: str, names: Iterable[str]) -> str:
    """Return the MinHash of a text as base64 of 64 big-endian 16-bit numbers.

    Addresses, URLs, words with digits, quoted lines and the words of `names`, which are the recipients' names and
    addresses, are left out. Return an empty string if fewer than FEWEST_SHINGLES words and pairs remain.
    """
    personal = {word for name in names for word in _words(name.lower()) if len(word) >= _SHORTEST_NAME}
    lines = [line for line in text[:_LONGEST].splitlines() if not _QUOTED.match(line)]
    lasting = " ".join(word for word in " ".join(lines).lower().split() if word.isalpha() or not _is_other(word))
    words = [word for word in _words(lasting) if word not in personal]
    shingles = {*words, *(f"{first} {second}" for first, second in pairwise(words))}
    if len(shingles) < FEWEST_SHINGLES:
        return ""
    return base64.b64encode(struct.pack(f">{VALUES}H", *_filled(_smallest(shingles)))).decode()


def _smallest(shingles: Iterable[str]) -> list[int | None]:
    bins: list[int | None] = [None] * VALUES
    for shingle in shingles:
        mixed = zlib.crc32(shingle.encode("utf-8", "replace")) * _MIX & 0xFFFFFFFF
        number, value = mixed >> 26, mixed >> 10 & 0xFFFF
        kept = bins[number]
        if kept is None or value < kept:
            bins[number] = value
    return bins


def _filled(bins: list[int | None]) -> list[int]:
    """Return the bins with the empty ones filled. A value that was taken over is marked by the distance it came."""
    found = []
    for number, own in enumerate(bins):
        step, value = 0, own
        while value is None:
            step += 1
            value = bins[(number + step) % VALUES]
        found.append((value + step * 4099) & 0xFFFF)
    return found


def _words(text: str) -> list[str]:
    return _NO_WORD.sub(" ", text).split()


def _is_other(word: str) -> bool:
    """Return whether a word is an address, a URL, or has a digit."""
    return "@" in word or word.startswith(("http:", "https:", "www.")) or _DIGIT.search(word) is not None
