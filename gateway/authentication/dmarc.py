"""DMARC (RFC 7489): does a domain that SPF or DKIM proves stand behind the author's, and what if not."""

from dataclasses import dataclass
from typing import Final

from gateway.authentication.resolver import Lookups
from gateway.authentication.tags import BadTags, Tags, read_tags
from gateway.mail.domains import registrable_domain

_POLICIES: Final = ("none", "quarantine", "reject")


@dataclass(frozen=True, slots=True)
class Policy:
    """What a domain asks receivers to do with mail that is not aligned, and how strictly it aligns."""

    action: str
    domain: str
    strict_spf: bool = False
    strict_dkim: bool = False
    is_subdomain: bool = False


class BadPolicy(Exception):
    """The domain publishes a DMARC record that can't be read."""


def find_policy(author: str, lookups: Lookups) -> Policy | None:
    """Return the policy for the author's domain: its own record's, else that of its registered domain; None without.

    :raises BadPolicy: if the record can't be read.
    :raises NoDnsAnswer: if the domain can't be asked.
    """
    organisation = registrable_domain(author)
    for domain in dict.fromkeys([author, organisation]):
        tags = _record(domain, lookups) if domain else None
        if tags is not None:
            return _policy(tags, domain, is_subdomain=domain != author)
    return None


def _record(domain: str, lookups: Lookups) -> Tags | None:
    """Return the tags of a domain's DMARC record. Several records count as none (RFC 7489 6.6.3)."""
    texts = lookups.texts(f"_dmarc.{domain}")
    found = [text for text in texts if text.replace(b" ", b"").lower().startswith(b"v=dmarc1")]
    if len(found) != 1:
        return None
    try:
        return read_tags(found[0])
    except BadTags as error:
        raise BadPolicy(f"the DMARC record of {domain} can't be read: {error}") from None


def _policy(tags: Tags, domain: str, *, is_subdomain: bool) -> Policy:
    asked = _value(tags, b"p")
    action = _value(tags, b"sp") or asked if is_subdomain else asked
    if action not in _POLICIES:
        # A record with a place for reports and a policy that can't be read counts as one that asks for nothing.
        if b"rua" not in tags:
            raise BadPolicy(f"the DMARC record of {domain} has no policy")
        action = "none"
    if _value(tags, b"pct") == "0":
        action = _POLICIES[max(0, _POLICIES.index(action) - 1)]
    return Policy(action, domain, _value(tags, b"aspf") == "s", _value(tags, b"adkim") == "s", is_subdomain)


def _value(tags: Tags, name: bytes) -> str:
    return tags.get(name, b"").decode("latin-1").lower()


def is_aligned(proven: str, author: str, *, strict: bool) -> bool:
    """Return whether a proven domain stands behind the author's: it is the same, or has the same registered domain."""
    proven, author = proven.strip(".").lower(), author.strip(".").lower()
    if not proven or not author:
        return False
    if proven == author:
        return True
    return not strict and bool(registrable_domain(author)) and registrable_domain(proven) == registrable_domain(author)
