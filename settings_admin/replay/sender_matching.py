"""Match patterns against the sender and the recipients of a message, as a search row tells them.

What an expression is tried on is told in `policy_patterns.senders`, for the gateway and for this. A row of an API
other than our gateway's has no server's name, so nothing is found there by it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from publicsuffixlist import PublicSuffixList

from api_client.models import Message
from policy_patterns.expressions import compiled
from policy_patterns.senders import ADDRESSES, LITERAL, Place, server_name, tried_texts
from settings_admin.kinds import Values
from settings_admin.patterns.checking import PatternKind, address_key, host_key, network_key

_SUFFIXES: Final = PublicSuffixList()
_PASS: Final = "pass"  # noqa: S105 - the result of a check
SHOWN: Final = {
    Place.ENVELOPE: "envelope",
    Place.FROM: "From",
    Place.SERVER: "server",
    Place.REPLY_TO: "Reply-To",
    Place.SERVER_NAME: "server's name",
}
"""The places in words."""

AddressTest = Callable[[str], bool]
_Test = Callable[[Place, str], bool]


def sender_test(values: Values) -> Callable[[Message], list[Place]]:
    """Return a function that tells where in a message's sender an entry's pattern matches."""
    kind, pattern = str(values.get("pattern_type") or ""), str(values.get("pattern") or "")
    test = _expression_test(kind, pattern) if values.get("is_regex") else _literal_test(kind, pattern)
    return lambda message: [place for place, value in _senders(message) if test(place, value)]


def recipient_test(values: Values) -> AddressTest:
    """Return a function that tests whether an entry's pattern matches the address of a recipient."""
    kind, pattern = str(values.get("pattern_type") or ""), str(values.get("pattern") or "")
    if kind not in {PatternKind.EMAIL, PatternKind.DOMAIN}:
        return lambda _address: False
    return address_test(kind, pattern, is_regex=bool(values.get("is_regex")))


def address_test(kind: str, pattern: str, *, is_regex: bool) -> AddressTest:
    """Return a function that tests whether a pattern matches an address, or as DOMAIN its domain."""
    if is_regex:
        expression = compiled(pattern)
        part = _domain if kind == PatternKind.DOMAIN else address_key
        return lambda address: bool(expression.fullmatch(part(address)))
    if kind == PatternKind.DOMAIN:
        return _within(host_key(pattern))
    key = address_key(pattern)
    return lambda address: address_key(address) == key


def is_verified(message: Message, place: Place) -> bool:
    """Return whether the matched identity is authenticated. SPF authenticates the envelope sender only.

    A Reply-To or a server's name is authenticated if it is of the same organisation as a sender that is.
    """
    checks = message.validation
    if checks is None:
        return False
    spf, dkim, dmarc = ((value or "").lower() == _PASS for value in (checks.spf, checks.dkim, checks.dmarc))
    if place == Place.SERVER:
        return dmarc or spf or dkim
    sender, author = _registered(message.envelope_from or ""), _registered(message.from_ or "")
    aligned = bool(author) and sender == author
    author_is_verified = dmarc or ((checks.dmarc or "").lower() != "fail" and (dkim or (spf and aligned)))
    if place == Place.FROM:
        return author_is_verified
    if place == Place.ENVELOPE:
        return spf or (aligned and author_is_verified)
    value = dict(_senders(message)).get(place, "")
    org = _registered(value if place == Place.REPLY_TO else f"@{value}")
    return bool(org) and ((org == author and author_is_verified) or (org == sender and spf))


def address_in(text: str) -> str:
    """Return the address in a header's text such as `Ann <ann@a.example>`."""
    return text.rpartition("<")[2].partition(">")[0] if "<" in text else text


def _senders(message: Message) -> list[tuple[Place, str]]:
    """Return the sender's identities in canonical form, those that are not empty."""
    named = (
        (Place.ENVELOPE, address_key((message.envelope_from or "").strip("<> "))),
        (Place.FROM, address_key(message.from_ or "")),
        (Place.SERVER, str(_single(message.smtp_helo_server_ip or "") or "")),
        (Place.REPLY_TO, address_key(address_in(message.replyto or ""))),
        (Place.SERVER_NAME, host_key(server_name(message.smtp_helo_server_name or ""))),
    )
    return [(place, value) for place, value in named if value]


def _expression_test(kind: str, pattern: str) -> _Test:
    expression = compiled(pattern)

    def test(place: Place, value: str) -> bool:
        return any(expression.fullmatch(text) for text in tried_texts(kind, place, value))

    return test


def _literal_test(kind: str, pattern: str) -> _Test:
    if kind == PatternKind.IP:
        block = network_key(pattern)

        def in_block(place: Place, value: str) -> bool:
            one = _single(value) if place == Place.SERVER else None
            return one is not None and block is not None and one.version == block.version and one in block

        return in_block
    if kind not in {PatternKind.EMAIL, PatternKind.DOMAIN}:
        return lambda _place, _value: False
    by_address = address_test(kind, pattern, is_regex=False)
    return lambda place, value: place in LITERAL & ADDRESSES and by_address(value)


def _within(host: str) -> AddressTest:
    inside = f".{host}"

    def test(address: str) -> bool:
        domain = _domain(address)
        return domain == host or domain.endswith(inside)

    return test


@lru_cache(maxsize=16_384)
def _single(ip: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    network = network_key(ip)
    if network is None or network.prefixlen != network.max_prefixlen:
        return None
    return network.network_address


@lru_cache(maxsize=16_384)
def _domain(address: str) -> str:
    return host_key(address.rpartition("@")[2].strip(" <>")) if "@" in address else ""


@lru_cache(maxsize=16_384)
def _registered(address: str) -> str:
    domain = _domain(address)
    return (_SUFFIXES.privatesuffix(domain) or domain) if domain else ""
