"""Word matching, with the same rules as the gateway's search.

Text is folded and split into words: runs of letters and digits, and each ideograph or syllable of Hangul by itself. The
searched text is split in the same way. It is found where its words are adjacent and in the same order.
"""

import re
import unicodedata
from functools import lru_cache

# Scripts whose words are found in pieces: those without spaces between words (Thai, Lao, Myanmar, Khmer, kana,
# ideographs with their extensions), and Hangul, whose particles are written onto the word.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
# Accents of Latin, Greek and Cyrillic letters, and the optional vowel marks of Hebrew and Arabic with the tatweel.
_MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]"
)
# Characters that nobody sees: soft hyphen, zero-width ones, marks of direction, variation selectors.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_DOTLESS = str.maketrans("\u0131", "i")
_ASCII = re.compile(r"[a-z0-9]+")
_EXACT_CHUNK = re.compile(rf"[{_UNSPACED}]|(?:[^\W_{_UNSPACED}]|{_MARKS.pattern})+")
_CHUNK = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+|[^\w\s]|_")


def folded(text: str) -> str:
    """Return text in the form in which words are compared.

    Compatible characters are the same (NFKC), case doesn't count, the Turkish I in its four forms is one letter,
    characters that nobody sees are left out, and so are accents and optional vowel marks.
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold().translate(_DOTLESS)
    # NFC puts the syllables of Hangul together again.
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text)))


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """Return the folded words of the text in order. Symbols outside ASCII, such as emoji, are words too."""
    if text.isascii():
        return tuple(_ASCII.findall(text.lower()))
    return tuple(
        chunk
        for chunk in _CHUNK.findall(folded(text))
        if chunk[0].isalnum() or (not chunk.isascii() and unicodedata.category(chunk[0])[0] in "SM")
    )


@lru_cache(maxsize=4096)
def exact_words(text: str) -> tuple[str, ...]:
    """Return the words of the text in order, as `words` does, with their accents and vowel marks."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return tuple(_EXACT_CHUNK.findall(plain))


def has_words(text: str, wanted: str, *, exactly: bool = False) -> bool:
    """Return whether the words of `wanted` are adjacent in the text. Return False if `wanted` has no words.

    With `exactly`, accents and vowel marks count.
    """
    cut = exact_words if exactly else words
    sought, here = cut(wanted), cut(text)
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
