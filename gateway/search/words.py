"""Tokenizer of the search, and the encoding of words in the full-text index.

Text is case-folded and split into words. A word is a run of letters and digits. Each ideograph, kana or letter of a
script like Thai is one word, because these scripts put no spaces between words. Each symbol outside ASCII, such as an
emoji, is one word too. All other characters only separate words.

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
# Scripts without spaces between words: Thai, Lao, Myanmar, Khmer, kana, ideographs (with their extensions).
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_ASCII_CHUNK = re.compile(r"[a-z0-9]+")
_CHUNK = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+|[^\w\s]|_")


def words(text: str) -> list[str]:
    """Return the words of `text` in order, case-folded."""
    if text.isascii():
        # The same rule in a fifth of the time. Nearly all addresses, ids and hashes are ASCII.
        return _ASCII_CHUNK.findall(text.lower())
    found = []
    for chunk in _CHUNK.findall(unicodedata.normalize("NFKC", text).casefold()):
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


def spelled(values: Iterable[str], *, limit: int = 8_000) -> str:
    """Return the index text of several values, with separators, cut after `limit` words."""
    parts: list[str] = []
    for value in values:
        cut = words(value)
        if cut:
            parts.extend(map(spelling, cut))
            parts.append(_SEPARATOR)
        if len(parts) >= limit:
            break
    return " ".join(parts[:limit])


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
