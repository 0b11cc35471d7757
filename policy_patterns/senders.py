"""Where a message's sender is looked for, and what of it an expression is tried on.

The vendor's documentation says that expressions "are matched with" the envelope's sender, the header's From and
Reply-To, the originating IP and the server's name. Its API reference gives a pattern a type: an address, a domain or
an IP. Both are served:

- an expression of type EMAIL or DOMAIN is tried on the whole of each of the five,
- one of type DOMAIN also on the domain of each address,
- one of type IP on the IP alone. The sender writes all the others, and `203.0.113.7@evil.example` is no IP.

Literal patterns are compared with the envelope's sender, header From and the IP only.
"""

from __future__ import annotations

import ipaddress
from enum import StrEnum
from typing import Final

LONGEST_VALUE: Final = 1_000
"""Characters of an address or a name that are tried. SMTP allows 320 and 255; a longer one matches nothing."""


class Place(StrEnum):
    """Where a sender identity comes from."""

    ENVELOPE = "envelope sender"
    FROM = "From address"
    SERVER = "sending server"
    REPLY_TO = "Reply-To address"
    SERVER_NAME = "server's name"


ADDRESSES: Final = frozenset({Place.ENVELOPE, Place.FROM, Place.REPLY_TO})
LITERAL: Final = frozenset({Place.ENVELOPE, Place.FROM, Place.SERVER})
"""The places that literal patterns are compared with."""


def server_name(helo: str) -> str:
    """Return the name by which a server introduced itself, in lower case; empty if it is none.

    An address literal is no name: a server that says the IP of another one has to stay a stranger.
    """
    name = helo.strip().rstrip(".").lower()
    if not name or len(name) > 255 or name.startswith("[") or not any(each.isalpha() for each in name):
        return ""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name
    return ""


def tried_texts(kind: str, place: Place, value: str) -> tuple[str, ...]:
    """Return the texts that an expression of the pattern type `kind` is tried on; it has to match one as a whole.

    `value` is in its canonical form: an address or a name in lower case, an IP address as `ipaddress` writes it.
    """
    if not value or len(value) > LONGEST_VALUE:
        return ()
    if kind == "IP":
        return (value,) if place == Place.SERVER else ()
    if kind not in {"EMAIL", "DOMAIN"}:
        return ()
    if place not in ADDRESSES:
        return (value,)
    local, at, domain = value.rpartition("@")
    if not at or not local:
        # An empty envelope sender, or text that is no address.
        return ()
    return (value, domain) if kind == "DOMAIN" else (value,)
