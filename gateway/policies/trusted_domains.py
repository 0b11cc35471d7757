"""Trusted domains and URL ignore patterns, applied to a message before the detectors read it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from gateway.detect.hosts import read_target
from gateway.mail.domains import domain_of
from gateway.mail.message import Link, ParsedMessage
from gateway.policies.compiled_policy import Policy

_MOST_HOSTS = 200


@dataclass(frozen=True, slots=True)
class TrustedDomains:
    """The trusted domains of one message.

    `similar` are the domains that may resemble a protected one, `recent` those that may be new. `properties` are those
    of the API, `notes` are lines for the trace.
    """

    similar: frozenset[str] = frozenset()
    recent: frozenset[str] = frozenset()
    properties: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def without_ignored_links(message: ParsedMessage, policy: Policy, notes: list[str]) -> ParsedMessage:
    """Return the message without the links that match a URL ignore pattern. Append their number to `notes`."""
    if not policy.ignored_urls or not message.links:
        return message
    kept = tuple(link for link in message.links if not _is_ignored(link, policy))
    left_out = len(message.links) - len(kept)
    if not left_out:
        return message
    notes.append(f"policy ignored URLs: {left_out} of {len(message.links)} links left alone")
    return replace(message, links=kept)


def _is_ignored(link: Link, policy: Policy) -> bool:
    """Return whether a pattern matches the address as it was written, or as it was read."""
    written = (address for address in (link.href, link.written) if address)
    return any(next(policy.ignored_urls.find(address), None) is not None for address in written)


def trusted_domains(message: ParsedMessage, policy: Policy) -> TrustedDomains:
    """Return which domains of the message are trusted.

    `similar` contains only domains that the detectors' context does not trust already. The properties are about the
    sender's domain only.
    """
    if not policy.trusted:
        return TrustedDomains()
    similar: set[str] = set()
    recent: set[str] = set()
    properties: dict[str, Any] = {}
    notes: list[str] = []
    sender = domain_of(message.from_address)
    for host in _hosts(message, sender):
        for trust in policy.trusted.for_domain(host):
            if trust.similar and not policy.context.is_trusted(host):
                similar.add(host)
            if trust.recent:
                recent.add(host)
            if host == sender and not properties and (trust.similar or trust.recent):
                kind = "domain_similarity" if trust.similar else "domain_recency"
                properties = {
                    "allowlisted_pattern": trust.pattern,
                    "allowlisted_pattern_type": kind,
                    "whitelisted_pattern_type": kind,
                }
                notes.append(f"policy trusted domain: {trust.pattern} trusts {host} ({kind})")
    return TrustedDomains(frozenset(similar), frozenset(recent), properties, tuple(notes))


def _hosts(message: ParsedMessage, sender: str) -> Iterable[str]:
    hosts = dict.fromkeys(host for host in (sender, domain_of(message.reply_to)) if host)
    for link in message.links[:_MOST_HOSTS]:
        host = read_target(link).host
        if host:
            hosts[host] = None
    return hosts
