"""Fuzzy hash of message text that is the same for all messages of a campaign."""

import hashlib
import re
from collections.abc import Iterable
from typing import Final

_LONGEST: Final = 20_000
_SHORTEST_NAME: Final = 3
_SHORTEST_TEMPLATE: Final = 12
_DIGIT: Final = re.compile(r"\d")
_NO_WORD: Final = re.compile(r"[\W_]+")
_ASCII_NO_WORD: Final = {code: " " for code in range(128) if not chr(code).isalnum()}


def edf_hash(text: str, names: Iterable[str]) -> str:
    """Return a hash of the text's template as 32 hex digits.

    The template is the text without addresses, URLs, words with digits, and the words of `names`, which are the
    recipients' names and addresses. Return an empty string if less than 12 characters remain, because these can't
    tell templates apart.
    """
    # Most words are letters, and then there is nothing to look for.
    lasting = [word for word in text[:_LONGEST].lower().split() if word.isalpha() or not _is_address_or_number(word)]
    words = _words(" ".join(lasting))
    personal = {word for name in names for word in _words(name.lower()) if len(word) >= _SHORTEST_NAME}
    template = " ".join(word for word in words if word not in personal)
    if len(template) < _SHORTEST_TEMPLATE:
        return ""
    return hashlib.sha256(template.encode("utf-8", "replace")).hexdigest()[:32]


def _words(text: str) -> list[str]:
    return (text.translate(_ASCII_NO_WORD) if text.isascii() else _NO_WORD.sub(" ", text)).split()


def _is_address_or_number(word: str) -> bool:
    return "@" in word or word.startswith(("http:", "https:", "www.")) or _DIGIT.search(word) is not None
