"""Parser for `Received` fields, and detection of the server that delivered the mail to the receiving side."""

import ipaddress
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from gateway.mail.charsets import decode
from gateway.mail.dates import parse_date
from gateway.mail.domains import registrable_domain
from gateway.mail.message import Hop

_LONGEST: Final = 4_096
_FROM: Final = re.compile(r"\bfrom\s+([^\s;()]{1,255})", re.IGNORECASE)
_BY: Final = re.compile(r"\bby\s+([^\s;()]{1,255})", re.IGNORECASE)
_WITH: Final = re.compile(r"\bwith\s+(?:Microsoft\s+)?([^\s;()]{1,60})", re.IGNORECASE)
_CLAIMED: Final = re.compile(r"(?<![\w.-])(helo|ident)=([^\s;()]{1,255})", re.IGNORECASE)
"""What a client said of itself, as Exim writes it: `from [203.0.113.5] (helo=mx.partner.example)`."""
_FOR: Final = re.compile(r"\bfor\s+<?([^\s;<>()]{1,255})", re.IGNORECASE)
_IP_LITERAL: Final = re.compile(
    r"(?<![0-9a-z.:-])(?:IPv6:)?([0-9a-f]{0,4}(?::[0-9a-f.]{0,15}){2,8}|\d{1,3}(?:\.\d{1,3}){3})(?![0-9a-z.:-])",
    re.IGNORECASE,
)


def parse_received(value: bytes) -> Hop:
    """Parse one `Received` field; never raises."""
    raw = decode(value)
    text = raw[:_LONGEST]
    stamp, _semicolon, date = text.rpartition(";")
    stamp = stamp or text
    by = _BY.search(stamp)
    sender = stamp[: by.start()] if by else stamp
    claimed = {match[1].lower(): match[2] for match in _CLAIMED.finditer(sender)}
    # A client may call itself by an IP address: only the server's own words tell where it was.
    sender = _CLAIMED.sub(" ", sender)
    from_ = _FROM.search(sender)
    rest = stamp[by.end() :] if by else stamp
    protocol, for_ = _WITH.search(rest), _FOR.search(rest)
    return Hop(
        from_name=claimed.get("helo", from_[1]).strip("[]").removeprefix("IPv6:") if from_ else "",
        from_ip=_sender_ip(sender) if from_ else "",
        by=by[1] if by else "",
        protocol=protocol[1] if protocol else "",
        for_=for_[1] if for_ else "",
        at=parse_date(date),
        raw=raw,
    )


def _sender_ip(sender: str) -> str:
    """Return the IP address that the receiving server saw: the last one, in the comment after the HELO name."""
    found = [ip for ip in (normal_ip(match[1]) for match in _IP_LITERAL.finditer(sender)) if ip]
    return found[-1] if found else ""


@lru_cache(maxsize=4_096)
def normal_ip(text: str) -> str:
    """Return an IP address in its canonical form, or an empty string if the text is not an IP address."""
    try:
        return str(ipaddress.ip_address(text.strip("[]() ").removeprefix("IPv6:")))
    except ValueError:
        return ""


@lru_cache(maxsize=4_096)
def is_public_ip(ip: str) -> bool:
    """Return whether the IP address is public: not private, loopback, link-local or reserved.

    The address blocks for documentation count as public, because they stand for public addresses wherever they occur.
    """
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    return address.is_global or any(address in block for block in _DOCUMENTATION if block.version == address.version)


_DOCUMENTATION: Final = tuple(
    ipaddress.ip_network(block) for block in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
)


def outside_hops(hops: Sequence[Hop], own_servers: Iterable[str] = ()) -> list[int]:
    """Return the indexes of the hops, newest first, at which a public IP address delivered the mail.

    Internal hops of the receiving side are left out: those from one of `own_servers` (host names, IP addresses or
    CIDR networks), and the newest ones at which both ends have the same registrable domain.
    """
    own = frozenset(server.lower() for server in own_servers)
    outside = [index for index, hop in enumerate(hops) if is_public_ip(hop.from_ip) and not _is_own(hop, own)]
    for position, index in enumerate(outside):
        hop = hops[index]
        sender = registrable_domain(hop.from_name)
        if not sender or sender != registrable_domain(hop.by):
            return outside[position:]
    return outside


def _is_own(hop: Hop, own: frozenset[str]) -> bool:
    if not own:
        return False
    return hop.from_name.lower() in own or any(_in_network(hop.from_ip, server) for server in own)


@lru_cache(maxsize=4_096)
def _in_network(ip: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(ip) in ipaddress.ip_network(network, strict=False)
    except (ValueError, TypeError):
        return False
