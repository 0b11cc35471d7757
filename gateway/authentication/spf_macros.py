"""Expansion of macros in SPF records (RFC 7208 7)."""

import ipaddress
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_MACRO: Final = re.compile(r"%(?:\{([a-z])([0-9]{0,3})(r?)([.+,/_=-]*)\}|([%_-]))", re.IGNORECASE)
_CHARACTERS: Final = {"%": "%", "_": " ", "-": "%20"}
_LONGEST_NAME: Final = 253
_LONGEST_EXPANSION: Final = 4_096


@dataclass(frozen=True, slots=True)
class Identity:
    """What macros stand for: the client, the sender, the HELO name, and the host that checks."""

    address: Address
    sender: str
    helo: str
    receiver: str


def expand(text: str, identity: Identity, domain: str, validated: Callable[[], str]) -> str:
    """Return the text with its macros expanded. `validated` returns the validated domain name of the client (`p`)."""
    size = 0

    def expanded(match: re.Match[str]) -> str:
        nonlocal size
        if match[5]:
            return _CHARACTERS[match[5]]
        # A name has at most 253 characters: what a record writes far beyond that is no longer looked at.
        value = "" if size > _LONGEST_EXPANSION else _value(match[1].lower(), identity, domain, validated)
        size += len(value)
        parts = re.split("[" + re.escape(match[4] or ".") + "]", value)
        if match[3]:
            parts.reverse()
        if match[2]:
            parts = parts[-int(match[2]) :]
        joined = ".".join(parts)
        return quote(joined, safe="-._~") if match[1].isupper() else joined

    return _MACRO.sub(expanded, text)


def as_name(text: str) -> str:
    """Return an expanded domain, without its first labels if it is longer than a name may be."""
    name = text.rstrip(".")
    while len(name) > _LONGEST_NAME and "." in name:
        name = name.partition(".")[2]
    return name


def _value(letter: str, identity: Identity, domain: str, validated: Callable[[], str]) -> str:
    local, _at, sender_domain = identity.sender.rpartition("@")
    values: dict[str, Callable[[], str]] = {
        "s": lambda: identity.sender,
        "l": lambda: local,
        "o": lambda: sender_domain,
        "d": lambda: domain,
        "i": lambda: _dotted(identity.address),
        "p": validated,
        "h": lambda: identity.helo,
        "v": lambda: "in-addr" if identity.address.version == 4 else "ip6",
        "c": lambda: str(identity.address),
        "r": lambda: identity.receiver,
        "t": lambda: str(int(time.time())),
    }
    return values[letter]()


def _dotted(address: Address) -> str:
    if address.version == 4:
        return str(address)
    return ".".join(address.exploded.replace(":", "").upper())
