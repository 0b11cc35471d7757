"""What a server in front tells of the client that it speaks for: attributes of XCLIENT and XFORWARD, in xtext."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.mail.notification_request import decoded

_NAME: Final = re.compile(r"[A-Za-z]{1,20}")
_UNKNOWN: Final = frozenset({"[UNAVAILABLE]", "[TEMPUNAVAIL]"})
_LONGEST: Final = 255

XCLIENT: Final = frozenset({"NAME", "ADDR", "PORT", "PROTO", "HELO", "LOGIN", "DESTADDR", "DESTPORT"})
XFORWARD: Final = frozenset({"NAME", "ADDR", "PORT", "PROTO", "HELO", "IDENT", "SOURCE"})


class NotUnderstood(ValueError):
    """The attributes break the rules of the command."""


@dataclass(frozen=True, slots=True)
class ToldClient:
    """A client that another server speaks for: its IP address and the name in its HELO; "" where that is not known."""

    address: str = ""
    helo: str = ""


def attributes(text: str, known: frozenset[str]) -> Mapping[str, str]:
    """Return the attributes of a command by their names in capitals. What its sender does not know is "".

    :raises NotUnderstood: an attribute is not one of `known`, stands twice, is too long, or has control characters.
    """
    found: dict[str, str] = {}
    for part in text.split():
        name, equals, value = part.partition("=")
        name = name.upper()
        if not equals or not _NAME.fullmatch(name) or name not in known or name in found:
            raise NotUnderstood(part[:_LONGEST])
        found[name] = "" if value.upper() in _UNKNOWN else xtext(value)
    if not found:
        raise NotUnderstood("no attributes")
    return found


def xtext(value: str) -> str:
    """Return what an xtext (RFC 3461 4) says.

    :raises NotUnderstood: it is longer than any name or address, or says a control character.
    """
    text = decoded(value)
    # What was encoded byte by byte is UTF-8, as what stands there unencoded is.
    text = text.encode("latin-1", "ignore").decode("utf-8", "replace") if text.isascii() is False else text
    if len(text) > _LONGEST or any(ord(char) < 32 or ord(char) == 127 for char in text):
        raise NotUnderstood("a value is too long, or has control characters")
    return text


def address_of(value: str) -> str:
    """Return the IP address that ADDR says, "" for none. IPv6 has the prefix `IPV6:`.

    :raises NotUnderstood: it is no address of one host.
    """
    if not value:
        return ""
    bare = value[5:] if value[:5].upper() == "IPV6:" else value
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        raise NotUnderstood("ADDR is no IP address") from None
    if "%" in bare:
        raise NotUnderstood("ADDR names an interface")
    return str(address)
