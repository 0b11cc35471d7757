"""Find web addresses in plain text."""

import re
from typing import Final

from gateway.mail import limits
from gateway.mail.message import Link

_ADDRESS: Final = re.compile(
    r"(?:\b(?:https?|ftp)://|\bwww\.)[^\s<>\"'`\x00-\x1f|{}\\^\u3000\uff08\uff09\u3002\uff0c]{3,2000}", re.IGNORECASE
)
_TRAILING: Final = ".,;:!?)]*_"


def links_in_text(text: str, known: tuple[Link, ...] = ()) -> tuple[Link, ...]:
    """Return the addresses in a text that are not in `known`, each once, at most 2,000 including the known ones."""
    seen = {link.href for link in known}
    found: list[Link] = []
    for match in _ADDRESS.finditer(text[: limits.TEXT_CHARACTERS]):
        if len(seen) >= limits.LINKS:
            break
        address = _trimmed(match[0])
        if address not in seen:
            seen.add(address)
            found.append(Link(address, "", "text"))
    return tuple(found)


def _trimmed(address: str) -> str:
    """Return the address without trailing punctuation.

    Keep a closing bracket if the address opens one.
    """
    trimmed = address.rstrip(_TRAILING)
    if "(" in trimmed and address[len(trimmed) :].startswith(")"):
        return trimmed + ")"
    return trimmed
