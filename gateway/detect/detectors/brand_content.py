"""Detector for mail that presents itself as a brand in its subject, its copyright line or its pictures."""

import re
from collections.abc import Iterator
from typing import Final

from gateway.detect.brands import BRANDS, Brand
from gateway.detect.defang import defang
from gateway.detect.detectors.destinations import strangers
from gateway.detect.detectors.impersonation import belongs_to, named_brand
from gateway.detect.disguise import undisguised
from gateway.detect.evidence import Evidence
from gateway.detect.folding import fold
from gateway.detect.lexicon import Lexicon
from gateway.detect.verdict import MALICIOUS, SUSPICIOUS, Finding

# Names that are everyday words are left out: a text holds them by chance.
_BRANDS: Final = {brand.name: brand for brand in BRANDS}
_NAMES: Final = Lexicon(
    {
        brand.name: {"any": names}
        for brand in BRANDS
        if (names := tuple(name for name in brand.names if name not in brand.common_words))
    }
)
_COPYRIGHT: Final = re.compile(r"(?:©|\(c\)|&copy;|copyright|®|™)([^\n]{0,60})", re.IGNORECASE)
_PICTURE: Final = re.compile(r"<img\b[^>]{0,400}?\balt\s{0,3}=\s{0,3}[\"']?([^\"'<>]{2,60})", re.IGNORECASE)
_MOST: Final = 10
_SIGNED: Final = (" team ", " support ", " security ", " customer service ", " service client ", " kundenservice ")
_LURES: Final = ("account", "delivery", "prize", "crypto", "document", "call back", "sign-in", "urgent")


def detect(evidence: Evidence) -> Iterator[Finding]:
    """Find a brand that the message presents itself as, although neither its sender nor its links are the brand's."""
    if evidence.is_internal or evidence.is_discussion or evidence.claims_to_be_discussion:
        return
    foreign = strangers(evidence)
    if not foreign and not any(target.is_mailing_service for target in evidence.foreign_targets):
        return
    for place, score, brand in _claims(evidence):
        if _is_senders(brand, evidence):
            continue
        lured = evidence.count(*_LURES)
        score += 0.13 * min(lured, 3)
        yield Finding(
            "brand-claim",
            MALICIOUS if score >= 0.6 and lured else SUSPICIOUS,
            round(min(score, 0.75), 2),
            f"Its {place} presents it as mail of {brand.name}, but {defang(evidence.from_domain or 'the sender')} is"
            " not of that brand" + (f", and the text says {evidence.example(*_LURES, most=2)}." if lured else "."),
            "Subject" if place == "subject" else "Body",
            "header" if place == "subject" else "body",
            detail=f"Brand: {brand.name}",
        )
        return


def _claims(evidence: Evidence) -> Iterator[tuple[str, float, Brand]]:
    """Yield where a brand is claimed, how much that weighs, and the brand; the strongest claims first."""
    window = evidence.window
    for match in list(_COPYRIGHT.finditer(window))[:_MOST]:
        around = window[max(0, match.start() - 40) : match.start()]
        for brand in _brands(f"{match[1]} {around.rpartition(chr(10))[2]}"):
            yield "copyright line", 0.4, brand
    for brand in _brands(evidence.message.subject):
        yield "subject", 0.2, brand
    for match in list(_PICTURE.finditer(evidence.message.html[:200_000]))[:_MOST]:
        for brand in _brands(match[1]):
            yield "picture", 0.2, brand
    signed = (fold(undisguised(line)) for line in window.splitlines() if 4 < len(line) < 60)
    for line in list(signed)[:200]:
        if any(word in line for word in _SIGNED):
            brand_ = named_brand(line.strip().join("  "))
            if brand_ is not None and brand_.name in _BRANDS:
                yield "signature", 0.25, brand_


def _brands(text: str) -> list[Brand]:
    return [_BRANDS[name] for name in _NAMES.find(fold(undisguised(text)))]


def _is_senders(brand: Brand, evidence: Evidence) -> bool:
    """Return whether the brand sent the message, or all its first links lead to the brand."""
    if any(belongs_to(brand, domain) for domain in evidence.senders_orgs):
        return True
    return all(belongs_to(brand, target.host) for target in evidence.foreign_targets[:3])
