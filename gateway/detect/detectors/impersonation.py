"""Detector for display names that impersonate a person of the registry, the organisation or a known brand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from gateway.detect.brands import BRANDS, Brand
from gateway.detect.defang import defang, quoted
from gateway.detect.evidence import Evidence
from gateway.detect.folding import fold
from gateway.detect.verdict import BEC, MALICIOUS, SUSPICIOUS, Finding
from gateway.mail.domains import domain_of, registrable_domain

_ADDRESS: Final = re.compile(r"[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8})")
_LURES: Final = ("account", "delivery", "document", "prize", "call back", "crypto", "scan code", "casino", "sales")
_MOST_EXTRA_WORDS: Final = 2
_MOST_SENDERS: Final = 20
_SHORTEST_OWN_LABEL: Final = 4
_BRAND_NEEDLES: Final = tuple((brand, tuple(fold(name) for name in brand.names)) for brand in BRANDS)
# A name that is one common word counts only if it is the whole display name or its beginning.
_COMMON_WORDS: Final = frozenset(fold(name) for brand in BRANDS for name in brand.common_words)


def detect(evidence: Evidence) -> Iterator[Finding]:
    """Find display names that don't match their address in header From."""
    for claim in _claims(evidence):
        yield from _person(evidence, claim)
        yield from _address_in_name(evidence, claim)
        yield from _own_name(evidence, claim)
        yield from _brand(evidence, claim)


@dataclass(frozen=True, slots=True)
class _Claim:
    """A name and the address that it stands before in header From."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return domain_of(self.address)


def _claims(evidence: Evidence) -> Iterator[_Claim]:
    """Yield each sender's name with its address. Some mail programs show the first name with any of the addresses."""
    message = evidence.message
    if message.from_name and not evidence.is_internal:
        yield _Claim(message.from_name, message.from_address)
    others = message.from_addresses[1:]
    for mailbox in message.senders[:_MOST_SENDERS]:
        name = mailbox.name or message.from_name
        if name and mailbox.address in others:
            yield _Claim(name, mailbox.address)


def _person(evidence: Evidence, claim: _Claim) -> Iterator[Finding]:
    words = frozenset(fold(claim.name).split())
    address = claim.address.lower()
    for name, email in evidence.context.impersonation_registry:
        wanted = frozenset(fold(name).split())
        extra = len(words) - len(wanted)
        if len(wanted) < 2 or not wanted <= words or extra > _MOST_EXTRA_WORDS or address == email.lower():
            continue
        if evidence.context.is_own(claim.domain):
            continue
        asked = f" and asks about money ({evidence.example('bank change', 'payment', 'quiet approach')})"
        yield Finding(
            "registry-name",
            BEC if evidence.asks_for_money else SUSPICIOUS,
            0.9 if evidence.asks_for_money else 0.6,
            f"The sender's name {quoted(claim.name)} is that of {defang(email)},"
            f" but the mail comes from {defang(claim.address)}"
            f"{asked if evidence.asks_for_money else ''}.",
            "From",
            "header",
            claim.name,
            detail=f"Impersonation registry: {name} <{email}>",
        )
        return


def _address_in_name(evidence: Evidence, claim: _Claim) -> Iterator[Finding]:
    match = _ADDRESS.search(claim.name)
    if match is None:
        return
    shown = match[1].lower()
    if shown == claim.domain or registrable_domain(shown) == (registrable_domain(claim.domain) or claim.domain):
        return
    own = evidence.context.is_own(shown)
    if not own and not registrable_domain(shown):
        return
    recipients = {domain_of(recipient) for recipient in evidence.envelope.recipients}
    yield Finding(
        "address-in-name",
        MALICIOUS if own else SUSPICIOUS,
        0.8 if own else 0.5 if shown in recipients else 0.35,
        f"The sender's name shows the address {defang(match[0])}, but the mail comes from {defang(claim.address)}.",
        "From",
        "header",
        claim.name,
    )


def _own_name(evidence: Evidence, claim: _Claim) -> Iterator[Finding]:
    for domain in sorted(evidence.context.protected_domains | evidence.context.own_domains):
        label = registrable_domain(domain).partition(".")[0]
        if len(label) < _SHORTEST_OWN_LABEL or fold(label) not in fold(claim.name):
            continue
        if evidence.context.is_own(claim.domain) or evidence.context.is_trusted(claim.domain):
            continue
        yield Finding(
            "own-name",
            SUSPICIOUS,
            0.55,
            f"The sender calls itself {quoted(claim.name)}, after the own domain {defang(domain)},"
            f" but writes from {defang(claim.address)}.",
            "From",
            "header",
            claim.name,
        )
        return


def _brand(evidence: Evidence, claim: _Claim) -> Iterator[Finding]:
    brand = named_brand(fold(claim.name))
    if brand is None or evidence.is_discussion or belongs_to(brand, claim.domain):
        return
    lured = evidence.lures + evidence.count("sales", "casino")
    score = 0.8 if lured >= 2 else 0.72 if lured else 0.5
    domain = defang(claim.domain or "the address")
    yield Finding(
        "brand-name",
        MALICIOUS if lured else SUSPICIOUS,
        score,
        f"The sender calls itself {quoted(claim.name)}, but {domain}"
        f" is no domain of {brand.name}" + (f"; the text says {_said(evidence)}." if lured else "."),
        "From",
        "header",
        claim.name,
        detail=f"Brand: {brand.name}",
    )


def _said(evidence: Evidence) -> str:
    return evidence.example(
        "account", "delivery", "document", "prize", "call back", "crypto", "scan code", "casino", "sales", most=2
    )


@lru_cache(maxsize=8_192)
def named_brand(folded: str) -> Brand | None:
    """Return the brand that a folded display name contains as whole words, or None."""
    for brand, needles in _BRAND_NEEDLES:
        for needle in needles:
            if needle in folded and (needle not in _COMMON_WORDS or folded.startswith(needle)):
                return brand
    return None


@lru_cache(maxsize=8_192)
def belongs_to(brand: Brand, domain: str) -> bool:
    """Return whether a domain can be the brand's: its registered label is one of the brand's, under any suffix."""
    registered = registrable_domain(domain)
    return registered.partition(".")[0] in brand.labels or domain.rpartition(".")[2] in brand.labels
