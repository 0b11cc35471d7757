"""Word matching, with the same rules as the gateway's search.

Text is case-folded and split into words: runs of letters and digits, and each ideograph by itself. The searched text is
split in the same way. It is found where its words are adjacent and in the same order.
"""

import re
import unicodedata
from functools import lru_cache

# Scripts without blanks between words: Thai, Lao, Myanmar, Khmer, kana, ideographs.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_ASCII = re.compile(r"[a-z0-9]+")
_CHUNK = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+|[^\w\s]|_")


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """Return the case-folded words of the text in order. Symbols outside ASCII, such as emoji, are words too."""
    if text.isascii():
        return tuple(_ASCII.findall(text.lower()))
    return tuple(
        chunk
        for chunk in _CHUNK.findall(unicodedata.normalize("NFKC", text).casefold())
        if chunk[0].isalnum() or (not chunk.isascii() and unicodedata.category(chunk[0])[0] in "SM")
    )


def has_words(text: str, wanted: str) -> bool:
    """Return whether the words of `wanted` are adjacent in the text. Return False if `wanted` has no words."""
    sought, here = words(wanted), words(text)
    if not sought:
        return False
    size = len(sought)
    return any(here[at : at + size] == sought for at in range(len(here) - size + 1))


def fits(pattern: str, text: str) -> bool:
    """Return whether the whole text matches the pattern. A star matches any characters, and case is ignored.

    The pieces between stars are searched from left to right without backtracking, so the time is never exponential.
    """
    first, *pieces = pattern.casefold().split("*")
    rest = text.casefold()
    if not pieces:
        return rest == first
    last = pieces.pop()
    if not rest.startswith(first) or not rest.endswith(last) or len(rest) < len(first) + len(last):
        return False
    at, end = len(first), len(rest) - len(last)
    for piece in pieces:
        found = rest.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def any_word_fits(pattern: str, text: str) -> bool:
    """Return whether a word of the text matches the pattern. Words are split at blanks, and also as in `words`."""
    return any(fits(pattern, word) for word in (*text.split(), *words(text)))
