"""Comparing text by words, by the rule that the gateway's search has.

Text is case-folded and cut into runs of letters and digits, each ideograph by itself. What is looked for is cut
likewise, and is there where its words stand side by side.
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
    """Return the words of the text in their order, case-folded; symbols beyond ASCII, an emoji for one, are words."""
    if text.isascii():
        return tuple(_ASCII.findall(text.lower()))
    return tuple(
        chunk
        for chunk in _CHUNK.findall(unicodedata.normalize("NFKC", text).casefold())
        if chunk[0].isalnum() or (not chunk.isascii() and unicodedata.category(chunk[0])[0] in "SM")
    )


def has_words(text: str, wanted: str) -> bool:
    """Tell whether the words of `wanted` stand side by side in the text; what has no word is nowhere."""
    sought, here = words(wanted), words(text)
    if not sought:
        return False
    size = len(sought)
    return any(here[at : at + size] == sought for at in range(len(here) - size + 1))


def fits(pattern: str, text: str) -> bool:
    """Tell whether the whole text fits the pattern, in which a star stands for any characters; case does not matter.

    Piece by piece from the left, so that the time grows with the text and never explodes.
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
    """Tell whether one of the text's words fits the pattern, taken between blanks or as `words` cuts it."""
    return any(fits(pattern, word) for word in (*text.split(), *words(text)))
