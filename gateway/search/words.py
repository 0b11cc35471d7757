"""Tokenizer of the search, and the encoding of words in the full-text index.

Text is folded (`folded`) and split into words. A word is a run of letters and digits. Each ideograph, kana, syllable
of Hangul or letter of a script like Thai is one word, because these scripts put no spaces between words, or write
particles onto them. Each symbol outside ASCII, such as an emoji, is one word too. All other characters only separate
words.

A search term is split in the same way. It matches where its words are adjacent within one value: `acme.example` is
found in `billing@acme.example`, `10.0.0.1` isn't found in `1.10.0.0`, and a term of one word matches that word. This
one rule applies to words, addresses, ids, hashes and times.

The full-text parsers of SQLite and PostgreSQL disagree about what a word is. So words are written to the index with
the letters a-z only, which neither parser changes. Most words of ASCII letters are written as they are. All others,
and those that begin with `z`, are written as `z` followed by their bytes in the letters a-p. `zz` separates values,
so that no phrase spans two of them. No word is encoded as `zz`.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

_LONGEST = 40
_SEPARATOR = "zz"
_NIBBLES = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_PLAIN = re.compile(r"(?<![a-z])[a-y][a-z]*\Z")
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
_ASCII_CHUNK = re.compile(r"[a-z0-9]+")
_CHUNK = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+|[^\w\s]|_")


def folded(text: str) -> str:
    """Return text in the form in which words are compared.

    Compatible characters are the same (NFKC), case doesn't count, the Turkish I in its four forms is one letter,
    characters that nobody sees are left out, and so are accents and optional vowel marks.
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold().translate(_DOTLESS)
    # NFC puts the syllables of Hangul together again.
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text)))


def words(text: str) -> list[str]:
    """Return the words of `text` in order, folded."""
    if text.isascii():
        # The same rule in a fifth of the time. Nearly all addresses, ids and hashes are ASCII.
        return _ASCII_CHUNK.findall(text.lower())
    found = []
    for chunk in _CHUNK.findall(folded(text)):
        if chunk[0].isalnum() or (not chunk.isascii() and unicodedata.category(chunk[0])[0] in "SM"):
            found.append(chunk)
    return found


@lru_cache(maxsize=65_536)
def spelling(word: str) -> str:
    """Return the word as encoded in the index: at most 81 letters a-z.

    A long word is replaced by a hash.
    """
    if len(word) <= _LONGEST and _PLAIN.match(word):
        return word
    raw = word.encode()
    if len(raw) > _LONGEST:
        raw = hashlib.blake2b(raw, digest_size=_LONGEST // 2).digest() + b"+"
    return "z" + raw.hex().translate(_NIBBLES)


def spelled(values: Iterable[str], *, limit: int = 16_000) -> str:
    """Return the index text of several values, with separators, cut after `limit` words.

    PostgreSQL keeps the places of 16,383 words, which phrases need.
    """
    parts: list[str] = []
    for value in values:
        cut = words(value)
        if cut:
            parts.extend(map(spelling, cut))
            parts.append(_SEPARATOR)
        if len(parts) >= limit:
            break
    return " ".join(parts[:limit])


def separated(values: Iterable[Iterable[str]]) -> str:
    """Return the index text of several values whose words are encoded already, with separators."""
    return " ".join(part for value in values for part in (*value, _SEPARATOR))


def phrases(query: str) -> Iterator[list[str]]:
    """Yield the encoded words of each whitespace-separated term of `query`.

    Skip terms without words.
    """
    for term in query.split():
        cut = words(term)
        if cut:
            yield [spelling(word) for word in cut]


@lru_cache(maxsize=65_536)
def key(kind: str, value: str) -> str:
    """Return the index word of an exact value, such as a sender's domain.

    Values that differ in case share it.
    """
    digest = hashlib.blake2b(f"{kind}:{value.casefold()}".encode(), digest_size=8).hexdigest()
    return "k" + digest.translate(_NIBBLES)
