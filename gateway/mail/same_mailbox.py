"""Tell which spellings of an address mean one mailbox."""

import re
from collections.abc import Iterable
from typing import Final

import idna

from gateway.mail.addresses import parse_addresses

_LONGEST: Final = 320
# What most addresses are: there is no other spelling of one but in capital letters.
_PLAIN: Final = re.compile(r"[a-zA-Z0-9_+-]+(?:\.[a-zA-Z0-9_+-]+)*+@(?:[a-zA-Z0-9-]+\.)++[a-zA-Z]+")


def distinct(addresses: Iterable[str]) -> tuple[str, ...]:
    """Return the first spelling of each mailbox, in the order of the addresses."""
    found: dict[str, str] = {}
    for address in addresses:
        found.setdefault(mailbox_key(address), address)
    return tuple(found.values())


def mailbox_key(address: str) -> str:
    """Return a text that is the same for each spelling of a mailbox.

    Case means nothing here, though RFC 5321 2.4 lets the receiving side decide on that of the local part. Nor do quotes
    that the local part does not need (RFC 5321 4.1.2), nor the script in which a domain is written (RFC 5890).
    """
    if _PLAIN.fullmatch(address):
        return address.lower()
    parsed = parse_addresses(f"<{address}>".encode("utf-8", "replace")) if len(address) <= _LONGEST else ()
    local, _at, domain = (parsed[0].address if len(parsed) == 1 else address).rpartition("@")
    try:
        name = idna.encode(domain.rstrip("."), uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        name = domain.rstrip(".").casefold()
    return f"{local.casefold()}@{name}"
