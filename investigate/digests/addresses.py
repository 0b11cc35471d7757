"""Which of a message's recipients may get mail from here: plain addresses in protected domains."""

from __future__ import annotations

LONGEST = 254
_FORBIDDEN = frozenset('<>()[]\\,;:"')


def plain_address(text: str) -> str:
    """Return the address in lower case, or an empty string if it is none that mail is sent to from here.

    Quoted local parts, blanks, control characters and several @ are refused: a stranger writes recipients.
    """
    address = text.strip().lower()
    local, at, domain = address.partition("@")
    if not (at and local and domain) or len(address) > LONGEST or "@" in domain or "." not in domain:
        return ""
    if not all(letter.isprintable() and not letter.isspace() and letter not in _FORBIDDEN for letter in address):
        return ""
    return address


def domain_part(address: str) -> str:
    """Return the domain of a plain address."""
    return address.rpartition("@")[2]
