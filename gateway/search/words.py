"""The words that search compares, and their spelling in the full-text index.

Text is case-folded and cut into words: runs of letters and digits; each ideograph, kana or Thai-like letter by
itself (those scripts put no blanks between words); each symbol beyond ASCII, an emoji for one, by itself. All else
only separates. A search term is cut in the same way, and matches where its words stand side by side within one value:
so `acme.example` is found in `billing@acme.example`, `10.0.0.1` isn't found in `1.10.0.0`, and a term of one word
matches that word. That is one rule for words, addresses, ids, hashes and times alike.

SQLite's and PostgreSQL's full-text parsers each have ideas of their own about what a word is. So words are written
to the index in letters a-z alone, which both leave as they are: words of ASCII letters as themselves, all others as
`z` followed by their bytes in the letters a-p. `zz`, which no word has as its spelling, stands between values, so
that no phrase spans two of them.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

_LONGEST = 40
_SEPARATOR = "zz"
_NIBBLES = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_PLAIN = re.compile(r"[a-y][a-z]*\Z")
# Scripts without blanks between words: Thai, Lao, Myanmar, Khmer, kana, ideographs (with their extensions).
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_ASCII_CHUNK = re.compile(r"[a-z0-9]+")
_CHUNK = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+|[^\w\s]|_")


def words(text: str) -> list[str]:
    """Return the words of `text` in their order, case-folded."""
    if text.isascii():
        # The same rule, at a fifth of the price: nearly all addresses, ids and hashes are ASCII.
        return _ASCII_CHUNK.findall(text.lower())
    found = []
    for chunk in _CHUNK.findall(unicodedata.normalize("NFKC", text).casefold()):
        if chunk[0].isalnum() or (not chunk.isascii() and unicodedata.category(chunk[0])[0] in "SM"):
            found.append(chunk)
    return found


@lru_cache(maxsize=65_536)
def spelling(word: str) -> str:
    """Return the word as the index spells it: letters a-z only, at most 81 of them."""
    if len(word) <= _LONGEST and _PLAIN.match(word):
        return word
    raw = word.encode()
    if len(raw) > _LONGEST:
        raw = hashlib.blake2b(raw, digest_size=_LONGEST // 2).digest() + b"+"
    return "z" + raw.hex().translate(_NIBBLES)


def spelled(values: Iterable[str], *, limit: int = 8_000) -> str:
    """Return the index text of several values, separated, of at most `limit` words."""
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
    """Yield, for each blank-separated term of `query` that has words, the spellings of its words."""
    for term in query.split():
        cut = words(term)
        if cut:
            yield [spelling(word) for word in cut]


@lru_cache(maxsize=65_536)
def key(kind: str, value: str) -> str:
    """Return the index word of one exact value, such as a sender's domain: equal for equal case-folded values."""
    digest = hashlib.blake2b(f"{kind}:{value.casefold()}".encode(), digest_size=8).hexdigest()
    return "k" + digest.translate(_NIBBLES)
