"""Patterns for senders and recipients: validation by type, and the canonical form of addresses, domains and IPs."""

import ipaddress
import re
from enum import StrEnum
from functools import lru_cache
from typing import Final

import idna

from policy_patterns.expressions import LONGEST, BadExpression, compiled

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)\Z")
_LOCAL: Final = re.compile(r"[^\s@<>\x00-\x1f\x7f]{1,64}\Z")
_MAPPED: Final = ipaddress.IPv6Network("::ffff:0:0/96")
_REFUSED: Final = tuple(
    (ipaddress.ip_network(network), what)
    for network, what in (
        ("10.0.0.0/8", "private"),
        ("172.16.0.0/12", "private"),
        ("192.168.0.0/16", "private"),
        ("100.64.0.0/10", "reserved"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("0.0.0.0/8", "unspecified"),
        ("224.0.0.0/3", "multicast, reserved or broadcast"),
        ("fc00::/7", "unique-local"),
        ("::1/128", "loopback"),
        ("::/128", "unspecified"),
        ("fe80::/10", "link-local"),
        ("ff00::/8", "multicast"),
    )
)


class PatternType(StrEnum):
    """What a pattern is compared with. UNKNOWN exists on old entries only and matches nothing."""

    EMAIL = "EMAIL"
    DOMAIN = "DOMAIN"
    IP = "IP"
    UNKNOWN = "UNKNOWN"


class BadPattern(ValueError):
    """A pattern that is invalid for its type. The message says why."""


def check(pattern: str, kind: PatternType, *, is_regex: bool) -> None:
    """Check that a pattern is valid for its type.

    :raises BadPattern: if it is not.
    """
    if len(pattern) > LONGEST:
        raise BadPattern(f"must have at most {LONGEST} characters")
    if not pattern.strip():
        raise BadPattern("must not be empty")
    if is_regex:
        check_expression(pattern)
    elif kind == PatternType.EMAIL:
        check_address(pattern)
    elif kind == PatternType.DOMAIN:
        check_domain(pattern)
    elif kind == PatternType.IP:
        check_network(pattern)


def check_expression(pattern: str) -> None:
    """Check a regular expression.

    :raises BadPattern: if RE2 does not accept it, or if it is empty or too long.
    """
    if not pattern or len(pattern) > LONGEST:
        raise BadPattern(f"must have 1 to {LONGEST} characters")
    try:
        compiled(pattern)
    except BadExpression as error:
        raise BadPattern(str(error)) from None


def check_address(address: str) -> None:
    """Check an email address.

    :raises BadPattern: if `address` is not one.
    """
    local, at, domain = address.rpartition("@")
    if not at or not _LOCAL.match(local):
        raise BadPattern("must be an email address, as user@example.com")
    check_domain(domain)


def check_domain(domain: str) -> None:
    """Check a domain name of at least two labels.

    :raises BadPattern: if `domain` is not one.
    """
    host = host_key(domain)
    labels = host.split(".")
    if domain != domain.strip() or len(host) > 253 or len(labels) < 2 or not all(map(_LABEL.match, labels)):
        raise BadPattern("must be a domain name, as example.com")
    if labels[-1].isdigit():
        raise BadPattern("must be a domain name, not an IP address")


def check_network(text: str) -> None:
    """Check an IP address or a CIDR block of public addresses.

    :raises BadPattern: if `text` is neither, or if it contains private, reserved or multicast addresses.
    """
    network = network_key(text)
    if network is None:
        raise BadPattern("must be an IPv4 or IPv6 address or a CIDR block, as 1.2.3.4 or 1.2.3.0/24")
    for refused, what in _REFUSED:
        if network.version == refused.version and network.overlaps(refused):
            raise BadPattern(f"holds {what} addresses ({refused}), which no stranger can have")


@lru_cache(maxsize=16_384)
def host_key(host: str) -> str:
    """Return a host name in canonical form: lower case, IDNA-encoded, without a trailing dot."""
    host = host.strip().rstrip(".").lower()
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return host


def address_key(address: str) -> str:
    """Return an email address in canonical form: lower case, its domain as `host_key` returns it."""
    local, at, domain = address.strip().rpartition("@")
    return f"{local.lower()}{at}{host_key(domain)}"


@lru_cache(maxsize=16_384)
def network_key(text: str) -> Network | None:
    """Return the network of an IP address or a CIDR block, or None if `text` is neither.

    IPv4 addresses mapped into IPv6 are returned as IPv4.
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


def canonical_pattern(pattern: str, kind: PatternType, *, is_regex: bool) -> str:
    """Return the canonical form of a pattern, in which equal patterns are equal. Expressions are returned unchanged."""
    if is_regex:
        return pattern
    if kind == PatternType.EMAIL:
        return address_key(pattern)
    if kind == PatternType.DOMAIN:
        return host_key(pattern)
    if kind == PatternType.IP:
        return str(network_key(pattern) or pattern)
    return pattern
