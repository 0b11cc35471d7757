"""Words in disguise: a capital I for an l, digits for letters; and names that look drawn by lot."""

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final

from gateway.detect.brands import BRANDS
from gateway.detect.folding import fold
from gateway.detect.lexicon import LEXICON_WORDS

_SUSPECT: Final = re.compile(r"[A-Za-z0-9$@|]{3,40}")
_DIGITS_AS_LETTERS: Final = str.maketrans(
    {"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "$": "s", "@": "a", "|": "l"}
)
_ONE_AS_I: Final = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "$": "s", "@": "a", "|": "i"}
)
_SHORTEST: Final = 5
_SHORTEST_WITH_I: Final = 3
_MOST: Final = 8
_WORDS: Final = LEXICON_WORDS | frozenset(
    word for brand in BRANDS for name in brand.names for word in fold(name).split() if len(word) >= _SHORTEST_WITH_I
)
_VOWELS: Final = frozenset("aeiouy")
# Pairs of letters that stand beside each other in hardly any word of a language written in Latin letters.
_ODD_PAIRS: Final = frozenset(
    [first + second for first in "jqxz" for second in "bcdfgjkmpqvwx" if first + second not in {"xc", "xp", "xf"}]
    + ["vq", "vx", "vj", "vb", "vf", "vk", "vm", "vp", "wq", "wx", "wj", "wv", "bq", "bx", "cj", "cv", "cw", "cx", "dx"]
    + ["fq", "fx", "fz", "fv", "gq", "gx", "hq", "hx", "hz", "kq", "kx", "kz", "mq", "mx", "pq", "px", "qa", "qe", "qh"]
    + ["ql", "qn", "qo", "qr", "qs", "qt", "qy", "qz", "tq", "jh", "jl", "jn", "jr", "js", "jt", "jy", "jz", "zx", "sx"]
)


def disguised_words(text: str) -> tuple[str, ...]:
    """Return the words of a text that are written with a capital I for an l, or with digits for letters.

    Only words that are a brand's name, or that lures use, are told: `WaIIet`, `C0nfirmati0n`.
    """
    found: dict[str, None] = {}
    for match in _SUSPECT.finditer(text):
        word = match[0]
        if ("I" in word and not word.isupper() and _plain_by_capital(word)) or _plain_by_digits(word):
            found[word] = None
            if len(found) >= _MOST:
                break
    return tuple(found)


def undisguised(text: str) -> str:
    """Return a text with its disguised words in plain letters."""
    for word in disguised_words(text):
        text = text.replace(word, _plain_by_digits(word) or _plain_by_capital(word))
    return text


@lru_cache(maxsize=8_192)
def _plain_by_capital(word: str) -> str:
    plain = word.replace("I", "l").lower()
    return plain if plain in _WORDS and word.lower() not in _WORDS and plain != word.lower() else ""


def _plain_by_digits(word: str) -> str:
    if len(word) < _SHORTEST or word.isalpha() or word.isdigit() or not word[0].isalnum():
        return ""
    return _read_digits(word.lower())


@lru_cache(maxsize=8_192)
def _read_digits(word: str) -> str:
    if word in _WORDS:
        return ""
    return next(
        (plain for plain in (word.translate(_DIGITS_AS_LETTERS), word.translate(_ONE_AS_I)) if plain in _WORDS), ""
    )


@lru_cache(maxsize=16_384)
def looks_random(name: str) -> bool:
    """Return whether a name looks drawn by lot: odd pairs of letters, or letters and digits that alternate."""
    name = name.lower()
    if len(name) < 6 or not name.isascii():
        return False
    kinds = [character.isdigit() for character in name if character.isalnum()]
    changes = sum(before != after for before, after in pairwise(kinds))
    if changes >= 4 or (changes >= 3 and len(name) >= 10):
        return True
    odd = sum(name[place : place + 2] in _ODD_PAIRS for place in range(len(name) - 1))
    if odd >= 2:
        return True
    letters = [character for character in name if character.isalpha()]
    return odd == 1 and len(letters) >= 7 and sum(character in _VOWELS for character in letters) <= len(letters) // 5
