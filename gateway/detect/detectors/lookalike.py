"""Detector for look-alike domains: homoglyphs, misspellings, and names that contain another domain or brand."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

import idna
from rapidfuzz import process
from rapidfuzz.distance import OSA

from gateway.detect.brands import BRANDS
from gateway.detect.defang import defang
from gateway.detect.evidence import Evidence
from gateway.detect.folding import skeleton
from gateway.detect.verdict import BEC, MALICIOUS, SUSPICIOUS, Finding
from gateway.mail.domains import domain_of, registrable_domain

_SHORTEST_FOR_DISTANCE: Final = 6
_SHORTEST_LABEL: Final = 4
_MOST_SENDERS: Final = 20
_LONG_LABEL: Final = 10
# Brand labels that are everyday words: other companies use them legitimately.
_WORDS: Final = frozenset(
    (
        "live office bahn poste ledger chase zoom visa meta outlook apple kraken citi crypto free post gouv receita "
        "gemini phantom exodus ripple ethereum square stripe booking medicare turkiye allegro aruba orlen correos "
        "caixa garanti halifax telegram twitter github discord mailchimp spotify wise netto youtube wechat disney "
        "hulu cloudflare proton snap cash zimbra roundcube steam vinted raiffeisen aeon sber target"
    ).split()
)
_BRAND_LABELS: Final = frozenset(
    label for brand in BRANDS for label in brand.labels if len(label) >= _SHORTEST_LABEL and label not in _WORDS
)
_LONG_BRAND_LABELS: Final = frozenset(label for label in _BRAND_LABELS if len(label) >= _SHORTEST_FOR_DISTANCE)
_BRAND_CHOICES: Final = sorted(_LONG_BRAND_LABELS)
_BRAND_SKELETONS: Final = {skeleton(label): label for label in sorted(_BRAND_LABELS)}
_COMMON_SUFFIXES: Final = frozenset({"com", "net", "org", "de", "fr", "co", "br", "nl"})
# Everyday words that look like a brand's label.
_EVERYDAY: Final = frozenset(
    ["chose", "chased", "papal", "goggle", "ample", "apples", "amazing", "visual", "zooms", "lender", "ledge"]
)


@dataclass(frozen=True, slots=True)
class Resemblance:
    """The domain or brand that a domain resembles, and how.

    `kind` is own, trusted or brand.
    """

    original: str
    kind: str
    how: str


def detect(evidence: Evidence) -> Iterator[Finding]:
    """Find look-alikes among the domains of header From, Reply-To and the links."""
    known = _known(evidence)
    yield from _sender(evidence, known)
    seen: set[str] = set()
    for target in evidence.targets:
        if target.domain in seen or target.is_ip or evidence.context.is_own(target.host):
            continue
        if evidence.context.is_trusted(target.host):
            continue
        seen.add(target.domain)
        found = resemblance(target.host, *known)
        if found is not None:
            yield Finding(
                "lookalike-link",
                MALICIOUS if found.kind == "own" else SUSPICIOUS,
                0.8 if found.kind == "own" else 0.6,
                f"A link leads to {defang(target.host)}, which {found.how} {defang(found.original)}.",
                "Links",
                "links",
                target.link.href,
                detail=f"Shown as: {target.link.text}" if target.link.text else None,
            )


def _known(evidence: Evidence) -> tuple[frozenset[str], frozenset[str]]:
    context = evidence.context
    return context.protected_domains | context.own_domains, context.trusted_domains


def _sender(evidence: Evidence, known: tuple[frozenset[str], frozenset[str]]) -> Iterator[Finding]:
    places = (
        *(("From", domain_of(address), address) for address in evidence.message.from_addresses[:_MOST_SENDERS]),
        ("Reply-To", evidence.reply_domain, evidence.message.reply_to),
    )
    seen: set[str] = set()
    for field, domain, address in places:
        if not domain or domain in seen or evidence.context.is_own(domain) or evidence.context.is_trusted(domain):
            continue
        seen.add(domain)
        found = resemblance(domain, *known)
        if found is None:
            continue
        detection, score = (SUSPICIOUS, 0.65) if found.kind == "brand" else (MALICIOUS, 0.85)
        if evidence.asks_for_money and not evidence.targets:
            detection, score = BEC, 0.9
        elif found.kind == "brand" and evidence.lures:
            detection, score = MALICIOUS, 0.8
        yield Finding(
            "lookalike-domain",
            detection,
            score,
            f"{field} is {defang(address)}, whose domain {found.how} {defang(found.original)}.",
            field,
            "header",
            address,
        )


@lru_cache(maxsize=16_384)
def resemblance(host: str, own: frozenset[str], trusted: frozenset[str]) -> Resemblance | None:
    """Return what a host resembles, or None.

    A host in an own or trusted domain does not resemble that domain. A host with a brand's exact label does not
    resemble a brand.
    """
    readable = _readable(host)
    registered = registrable_domain(readable)
    if not registered:
        return None
    label = registered.partition(".")[0]
    for kind, domains in (("own", own), ("trusted", trusted)):
        for domain in sorted(domains):
            how = _like_domain(readable, registered, label, domain)
            if how:
                return Resemblance(domain, kind, how)
    if label in _BRAND_LABELS or registered in trusted:
        return None
    return _like_brand(readable, registered, label)


def _like_domain(host: str, registered: str, label: str, domain: str) -> str:
    """Return how a host resembles an own or trusted domain, or an empty string if it does not."""
    if registered == domain or host == domain or host.endswith(f".{domain}"):
        return ""
    original = registrable_domain(domain).partition(".")[0]
    if len(original) < _SHORTEST_LABEL:
        return ""
    if f".{domain}." in f".{host}.":
        return "begins with the name of"
    if label == original:
        return "is the same name under another ending as"
    return _like_label(label, original)


def _like_brand(host: str, registered: str, label: str) -> Resemblance | None:
    """Return the brand that a host resembles, or None.

    All brands are compared at once, because this runs for every host of every message.
    """
    inner = host.removesuffix(registered).strip(".").split(".")
    for name, suffix in pairwise(inner):
        if name in _BRAND_LABELS and suffix in _COMMON_SUFFIXES:
            return Resemblance(name, "brand", "begins with the name of")
    if label in _EVERYDAY:
        return None
    drawn = _BRAND_SKELETONS.get(skeleton(label))
    if drawn is not None:
        return Resemblance(drawn, "brand", "is drawn like")
    borrowed = sorted(_LONG_BRAND_LABELS.intersection(label.split("-")))
    if borrowed:
        return Resemblance(borrowed[0], "brand", "borrows the name of")
    if len(label) < _SHORTEST_FOR_DISTANCE:
        return None
    nearest = process.extractOne(label, _BRAND_CHOICES, scorer=OSA.distance, score_cutoff=1)
    return Resemblance(nearest[0], "brand", "is spelled almost like") if nearest else None


def _like_label(label: str, original: str) -> str:
    if label in _EVERYDAY or label == original:
        return ""
    if skeleton(label) == skeleton(original):
        return "is drawn like"
    if original in label.split("-"):
        return "borrows the name of"
    if len(original) < _SHORTEST_FOR_DISTANCE:
        return ""
    furthest = 2 if len(original) >= _LONG_LABEL else 1
    if abs(len(label) - len(original)) <= furthest and OSA.distance(label, original, score_cutoff=furthest) <= furthest:
        return "is spelled almost like"
    return ""


@lru_cache(maxsize=16_384)
def _readable(host: str) -> str:
    """Return a host with its punycode labels decoded, as a browser or mail client may show it."""
    if "xn--" not in host:
        return host
    labels = []
    for label in host.split("."):
        try:
            labels.append(idna.decode(label) if label.startswith("xn--") else label)
        except (idna.IDNAError, UnicodeError):
            labels.append(label)
    return ".".join(labels)
