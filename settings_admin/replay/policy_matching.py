"""Match policy entries against messages: which messages an entry touches, and whether it would stop or pass them.

The rules follow those by which the gateway applies policies. A search row contains a message's sender, recipients,
subject, disposition and authentication results (SPF, DKIM, DMARC). It does not contain the signing domain of a DKIM
signature, so a DKIM pass counts for the sender: reporting too many messages is preferred to reporting too few. Links
are not in a search row either.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from publicsuffixlist import PublicSuffixList

from api_client.models import Message
from api_client.models.values import Disposition
from settings_admin.kinds import (
    ALLOW_POLICIES,
    BLOCK_SENDERS,
    CONTENT_POLICIES,
    TRUSTED_DOMAINS,
    Kind,
    Values,
)
from settings_admin.patterns.checking import PatternKind, address_key, host_key, network_key
from settings_admin.patterns.expressions import compiled

_SUFFIXES: Final = PublicSuffixList()
_PASS: Final = "pass"  # noqa: S105 - the result of a check
_MALICIOUS: Final = frozenset({Disposition.MALICIOUS, Disposition.MALICIOUS_BEC})
_ACCEPTABLE: Final = frozenset({Disposition.SPAM, Disposition.SPOOF, Disposition.BULK})
_NEW: Final = frozenset({Disposition.SUSPICIOUS, *_MALICIOUS})


class Effect(StrEnum):
    """What an entry would have done to a message that it touches."""

    NONE = ""
    STOPPED = "stopped"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Touch:
    """Match of an entry and a message: `why` names the matched part of the message."""

    why: str
    effect: Effect = Effect.NONE


Touching = Callable[[Message], Touch | None]
BodyTouching = Callable[[str], Touch | None]


def touching(kind: Kind, values: Values) -> Touching:
    """Return a function that tests whether the entry touches a message. Raise KeyError if the kind has no rules."""
    return {
        BLOCK_SENDERS.resource: _blocking,
        ALLOW_POLICIES.resource: _allowing,
        TRUSTED_DOMAINS.resource: _trusting,
        CONTENT_POLICIES.resource: _in_subject,
    }[kind.resource](values)


def reads_bodies(kind: Kind, values: Values) -> bool:
    """Return whether the entry matches message bodies, which search rows do not contain."""
    return kind is CONTENT_POLICIES and bool(values.get("enabled")) and "BODY" in (values.get("targets") or ())


def in_body(values: Values) -> BodyTouching:
    """Return a function that tests whether a content policy matches a body."""
    expression = compiled(str(values.get("pattern") or ""))
    return lambda text: Touch("body", Effect.STOPPED) if expression.search(text) else None


def disposition_of(message: Message) -> str:
    """Return the disposition in upper case, as the API specifies it. A missing one is NONE."""
    return (message.final_disposition or Disposition.NONE).upper()


def _pattern(values: Values) -> tuple[Callable[[str], bool], Callable[[str], bool]]:
    """Return two tests of an entry's pattern: one for email addresses, one for IP addresses of servers."""
    kind, text = str(values.get("pattern_type") or ""), str(values.get("pattern") or "")
    by_address = _address_test(kind, text, is_regex=bool(values.get("is_regex")))
    if kind != PatternKind.IP:
        return by_address, lambda _ip: False
    return lambda _address: False, _ip_test(text, is_regex=bool(values.get("is_regex")))


def _address_test(kind: str, text: str, *, is_regex: bool) -> Callable[[str], bool]:
    if is_regex:
        expression = compiled(text)
        if kind == PatternKind.DOMAIN:
            return lambda address: bool(expression.fullmatch(_domain(address)))
        return lambda address: bool(expression.fullmatch(address_key(address)))
    if kind == PatternKind.DOMAIN:
        return _within(host_key(text))
    key = address_key(text)
    return lambda address: address_key(address) == key


def _within(host: str) -> Callable[[str], bool]:
    inside = f".{host}"

    def test(address: str) -> bool:
        domain = _domain(address)
        return domain == host or domain.endswith(inside)

    return test


def _ip_test(text: str, *, is_regex: bool) -> Callable[[str], bool]:
    if is_regex:
        expression = compiled(text)
        return lambda ip: bool((one := _single(ip)) and expression.fullmatch(str(one)))
    block = network_key(text)

    def test(ip: str) -> bool:
        one = _single(ip)
        return one is not None and block is not None and one.version == block.version and one in block

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


def _senders(message: Message) -> list[tuple[str, str]]:
    """Return the sender's identities: envelope sender, header From and server IP, not Reply-To."""
    named = (
        ("envelope", (message.envelope_from or "").strip("<> ")),
        ("From", message.from_ or ""),
        ("server", message.smtp_helo_server_ip or ""),
    )
    return [(what, value) for what, value in named if value]


def _recipients(message: Message) -> Iterable[str]:
    return dict.fromkeys([*message.client_recipients, *(message.envelope_to or ())])


def _matching(values: Values) -> Callable[[Message], list[str]]:
    by_address, by_ip = _pattern(values)

    def places(message: Message) -> list[str]:
        return [what for what, value in _senders(message) if (by_ip(value) if what == "server" else by_address(value))]

    return places


def _blocking(values: Values) -> Touching:
    places = _matching(values)

    def touch(message: Message) -> Touch | None:
        found = places(message)
        if not found:
            return None
        is_new = disposition_of(message) not in _MALICIOUS
        return Touch(found[0], Effect.STOPPED if is_new else Effect.NONE)

    return touch


def _allowing(values: Values) -> Touching:
    places = _matching(values)
    by_address, _by_ip = _pattern(values)
    trusted, acceptable = bool(values.get("is_trusted_sender")), bool(values.get("is_acceptable_sender"))
    exempt, verifies = bool(values.get("is_exempt_recipient")), bool(values.get("verify_sender"))

    def touch(message: Message) -> Touch | None:
        found = places(message) if trusted or acceptable else []
        verified = [what for what in found if not verifies or _is_verified(message, what)]
        disposition = disposition_of(message)
        is_held_back = bool(message.properties.blocklisted_message) or disposition == Disposition.NONE
        reached = exempt and any(map(by_address, _recipients(message)))
        reached = reached and (not verifies or _is_verified(message, "server"))
        if verified and not is_held_back and (trusted or disposition in _ACCEPTABLE):
            return Touch(verified[0], Effect.PASSED)
        if reached:
            return Touch("recipient", Effect.NONE if is_held_back else Effect.PASSED)
        if verified:
            return Touch(verified[0])
        return Touch(f"{found[0]}, not authenticated") if found else None

    return touch


def _is_verified(message: Message, what: str) -> bool:
    """Return whether the matched identity is authenticated. SPF authenticates the envelope sender only."""
    checks = message.validation
    if checks is None:
        return False
    spf, dkim, dmarc = ((value or "").lower() == _PASS for value in (checks.spf, checks.dkim, checks.dmarc))
    if what == "server":
        return dmarc or spf or dkim
    sender, author = _registered(message.envelope_from or ""), _registered(message.from_ or "")
    aligned = bool(author) and sender == author
    author_is_verified = dmarc or ((checks.dmarc or "").lower() != "fail" and (dkim or (spf and aligned)))
    if what == "From":
        return author_is_verified
    return spf or (aligned and author_is_verified)


@lru_cache(maxsize=16_384)
def _registered(address: str) -> str:
    domain = _domain(address)
    return (_SUFFIXES.privatesuffix(domain) or domain) if domain else ""


def _trusting(values: Values) -> Touching:
    text, is_regex = str(values.get("pattern") or ""), bool(values.get("is_regex"))
    test = _address_test(PatternKind.DOMAIN, text, is_regex=is_regex)
    similar, recent = bool(values.get("is_similarity")), bool(values.get("is_recent"))

    def touch(message: Message) -> Touch | None:
        named = (("From", message.from_ or ""), ("Reply-To", _address_in(message.replyto or "")))
        found = [what for what, address in named if address and test(address)]
        if not found:
            return None
        disposition = disposition_of(message)
        passes = (similar and disposition == Disposition.SPOOF) or (recent and disposition in _NEW)
        return Touch(found[0], Effect.PASSED if passes else Effect.NONE)

    return touch


def _address_in(text: str) -> str:
    return text.rpartition("<")[2].partition(">")[0] if "<" in text else text


def _in_subject(values: Values) -> Touching:
    if not values.get("enabled") or "SUBJECT" not in (values.get("targets") or ()):
        return lambda _message: None
    expression = compiled(str(values.get("pattern") or ""))

    def touch(message: Message) -> Touch | None:
        if not expression.search(message.subject or ""):
            return None
        is_new = disposition_of(message) not in _MALICIOUS
        return Touch("subject", Effect.STOPPED if is_new else Effect.NONE)

    return touch
