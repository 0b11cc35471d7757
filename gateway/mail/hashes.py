"""Hashes that stay the same over the messages of one campaign."""

import hashlib
import re
from collections.abc import Iterable
from typing import Final

_LONGEST: Final = 20_000
_SHORTEST_NAME: Final = 3
_SHORTEST_TEMPLATE: Final = 12
_DIGIT: Final = re.compile(r"\d")
_NO_WORD: Final = re.compile(r"[\W_]+")


def edf_hash(text: str, names: Iterable[str]) -> str:
    """Return 32 hex digits of the text's template: without addresses, numbers, and the names of its recipients.

    Empty when too little text remains to tell one template from another.
    """
    lasting = (word for word in text[:_LONGEST].lower().split() if not _varies(word))
    words = _NO_WORD.split(" ".join(lasting))
    personal = {word for name in names for word in _NO_WORD.split(name.lower()) if len(word) >= _SHORTEST_NAME}
    template = " ".join(word for word in words if word and word not in personal)
    if len(template) < _SHORTEST_TEMPLATE:
        return ""
    return hashlib.sha256(template.encode("utf-8", "replace")).hexdigest()[:32]


def _varies(word: str) -> bool:
    return "@" in word or word.startswith(("http:", "https:", "www.")) or _DIGIT.search(word) is not None
