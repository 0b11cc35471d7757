"""Validate and normalize patterns: email addresses, domains, IP networks and regular expressions.

These checks run while the user types, and for each line of a CSV file before anything is sent. The API makes the
final decision.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from typing import Final

import idna

from policy_patterns.expressions import LONGEST
from settings_admin.patterns.flaws import Flaw, expression_flaws

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)\Z")
_LOCAL: Final = re.compile(r"[^\s@<>\x00-\x1f\x7f]{1,64}\Z")
_MAPPED: Final = ipaddress.IPv6Network("::ffff:0:0/96")
_NO_STRANGERS: Final = tuple(
    (ipaddress.ip_network(network), what)
    for network, what in (
        ("10.0.0.0/8", "private"),
        ("172.16.0.0/12", "private"),
        ("192.168.0.0/16", "private"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("0.0.0.0/8", "unspecified"),
        ("224.0.0.0/3", "multicast and reserved"),
        ("fc00::/7", "unique-local"),
        ("::1/128", "loopback"),
        ("::/128", "unspecified"),
        ("fe80::/10", "link-local"),
        ("ff00::/8", "multicast"),
    )
)


class PatternKind(StrEnum):
    """What a pattern is compared with."""

    EMAIL = "EMAIL"
    DOMAIN = "DOMAIN"
    IP = "IP"


def pattern_flaws(pattern: str, kind: str, *, is_regex: bool) -> Iterator[Flaw]:
    """Yield the errors of a sender or recipient pattern. An unknown type, as in older entries, is not checked."""
    if len(pattern) > LONGEST:
        yield Flaw(f"At most {LONGEST} characters.")
    elif is_regex:
        yield from expression_flaws(pattern)
    elif kind == PatternKind.EMAIL:
        yield from address_flaws(pattern)
    elif kind == PatternKind.DOMAIN:
        yield from domain_flaws(pattern)
    elif kind == PatternKind.IP:
        yield from network_flaws(pattern)


def address_flaws(address: str) -> Iterator[Flaw]:
    """Yield the reasons why a text is not an email address."""
    local, at, domain = address.rpartition("@")
    if not at:
        yield Flaw("An email address is wanted, such as user@example.com. For a whole domain, choose the type Domain.")
    elif not _LOCAL.match(local):
        yield Flaw("What stands before the @ is no address: 1 to 64 characters, without spaces.")
    else:
        yield from domain_flaws(domain)


def domain_flaws(domain: str) -> Iterator[Flaw]:
    """Yield the reasons why a text is not a domain name with at least two labels."""
    if "@" in domain:
        yield Flaw("A domain is wanted, such as example.com. For one address, choose the type Email address.")
        return
    if "/" in domain or ":" in domain:
        yield Flaw("A domain is wanted, such as example.com, without a scheme, a port or a path.")
        return
    host = host_key(domain)
    labels = host.split(".")
    if labels[-1].isdigit():
        yield Flaw("This is an IP address. Choose the type IP address.")
    elif domain != domain.strip() or len(host) > 253 or len(labels) < 2 or not all(map(_LABEL.match, labels)):
        yield Flaw("A domain is wanted, such as example.com.")


def network_flaws(text: str) -> Iterator[Flaw]:
    """Yield the reasons why a text is not a public IP address or CIDR block."""
    network = network_key(text)
    if network is None:
        yield Flaw("An IPv4 or IPv6 address or a CIDR block is wanted, such as 203.0.113.7 or 203.0.113.0/24.")
        return
    for inside, what in _NO_STRANGERS:
        if network.version == inside.version and network.overlaps(inside):
            yield Flaw(f"This holds {what} addresses ({inside}). Mail from outside never comes from those.")
            return


@lru_cache(maxsize=16_384)
def host_key(host: str) -> str:
    """Return a host name in lower case and ASCII (IDNA), without a trailing dot. Invalid names are only lowercased."""
    host = host.strip().rstrip(".").lower()
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return host


def address_key(address: str) -> str:
    """Return an email address in lower case, with its domain normalized by `host_key`."""
    local, at, domain = address.strip().strip("<>").rpartition("@")
    return f"{local.lower()}{at}{host_key(domain)}"


@lru_cache(maxsize=16_384)
def network_key(text: str) -> Network | None:
    """Return the network of an IP address or CIDR block, or None if the text is neither.

    IPv4-mapped IPv6 networks are returned as IPv4.
    """
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    if isinstance(network, ipaddress.IPv6Network):
        if network.network_address.scope_id:
            return None
        if network.subnet_of(_MAPPED):
            inner = int(network.network_address) & 0xFFFFFFFF
            return ipaddress.IPv4Network((inner, network.prefixlen - 96))
    return network


def pattern_key(pattern: str, kind: str, *, is_regex: bool) -> str:
    """Return the normalized form of a pattern, for comparison. Regular expressions are returned unchanged."""
    if is_regex:
        return pattern
    if kind == PatternKind.EMAIL:
        return address_key(pattern)
    if kind == PatternKind.DOMAIN:
        return host_key(pattern)
    if kind == PatternKind.IP:
        return str(network_key(pattern) or pattern)
    return pattern
