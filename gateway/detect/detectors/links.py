"""Detector for deceptive links, which hide where they lead."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from gateway.detect.brands import BRANDS
from gateway.detect.defang import defang, quoted
from gateway.detect.evidence import ADVERTISING, Evidence
from gateway.detect.folding import has_mixed_scripts
from gateway.detect.hosts import Target
from gateway.detect.verdict import MALICIOUS, SPAM, SUSPICIOUS, Finding
from gateway.mail.domains import registrable_domain

_SHOWN_HOST: Final = re.compile(r"(?:https?://)?((?:[\w-]{1,63}\.){1,6}[a-z]{2,24})(?=[/:?#\s]|$)", re.IGNORECASE)
_BRAND_LABELS: Final = frozenset(label for brand in BRANDS for label in brand.labels)
_FILE_ENDINGS: Final = frozenset("pdf doc docx xls xlsx html htm txt zip jpg png exe js py md rs pl cc so".split())
_MOST_OF_A_KIND: Final = 3


def detect(evidence: Evidence) -> Iterator[Finding]:
    """Find deceptive links.

    Yield at most three findings of each kind.
    """
    counts: dict[str, int] = {}
    for target in evidence.targets:
        for finding in _judge_target(evidence, target):
            counts[finding.name] = counts.get(finding.name, 0) + 1
            if counts[finding.name] <= _MOST_OF_A_KIND:
                yield finding
    if "data-link" in evidence.message.markup:
        yield Finding(
            "data-link",
            SUSPICIOUS,
            0.6,
            "A link holds a whole page in itself (a data: address), which hides it from inspection.",
            "Links",
            "links",
        )
    if "script-link" in evidence.message.markup and not evidence.is_discussion:
        yield Finding(
            "script-link", SUSPICIOUS, 0.2, "A link runs a script instead of opening a page.", "Links", "links"
        )


def _judge_target(evidence: Evidence, target: Target) -> Iterator[Finding]:
    href = target.link.href
    if target.is_ip and not evidence.is_discussion:
        advertises = evidence.count(*ADVERTISING) > evidence.count("account", "document", "delivery")
        yield Finding(
            "ip-link",
            SPAM if advertises else SUSPICIOUS,
            0.4,
            f"A link leads to the bare address {defang(target.host)}.",
            "Links",
            "links",
            href,
        )
    if target.is_encoded:
        yield Finding(
            "encoded-host",
            SUSPICIOUS,
            0.6,
            f"A link's host is written in percent codes to hide it: it is {defang(target.host)}.",
            "Links",
            "links",
            href,
        )
    if target.user and target.domain != evidence.from_org:
        shown = _shown_host(target.user.partition(":")[0])
        yield Finding(
            "userinfo-link",
            MALICIOUS if shown else SUSPICIOUS,
            0.8 if shown else 0.35,
            f"A link pretends to lead to {quoted(target.user[:80])}, but its host is {defang(target.host)}.",
            "Links",
            "links",
            href,
        )
    if target.is_punycode or has_mixed_scripts(target.shown_host):
        yield Finding(
            "foreign-letters-host",
            SUSPICIOUS,
            0.35,
            f"A link's host {defang(target.host)} is written in other letters than it shows.",
            "Links",
            "links",
            href,
        )
    yield from _redirect(evidence, target)
    yield from _text_against_target(evidence, target)


def _redirect(evidence: Evidence, target: Target) -> Iterator[Finding]:
    host = target.redirects_to()
    if host and target.domain != evidence.from_org and registrable_domain(host) != evidence.from_org:
        yield Finding(
            "redirect-link",
            SUSPICIOUS,
            0.3,
            f"A link through {defang(target.host)} forwards to {defang(host)}.",
            "Links",
            "links",
            target.link.href,
        )


def _text_against_target(evidence: Evidence, target: Target) -> Iterator[Finding]:
    """Yield a finding if the host in a link's text differs from the host that the link opens.

    A text that shows the sender's own domain is accepted, because click tracking through another host is common and
    legitimate. If that domain is the organisation's or a brand's, the sender must also be authenticated.
    """
    shown = _shown_host(target.link.text)
    domain = registrable_domain(shown)
    if not domain or domain == target.domain or target.link.kind == "form":
        return
    own = evidence.context.is_own(shown)
    brand = domain.partition(".")[0] in _BRAND_LABELS
    if domain == evidence.from_org and (evidence.is_authenticated or not (own or brand)):
        return
    if evidence.is_discussion and not own:
        return
    # Whoever counts clicks has all links lead through a host of their own.
    counted = target.is_mailing_service or target.domain in evidence.senders_orgs or evidence.count("unsubscribe")
    yield Finding(
        "text-target-mismatch",
        MALICIOUS if own or brand else SUSPICIOUS,
        0.75 if own or brand else 0.1 if counted else 0.3,
        f"A link shows {defang(shown)} but leads to {defang(target.host)}.",
        "Links",
        "links",
        target.link.href,
        detail=f"Shown as: {target.link.text}",
    )


@lru_cache(maxsize=8_192)
def _shown_host(text: str) -> str:
    """Return the host with which a link's text begins, or an empty string if it begins with other text."""
    match = _SHOWN_HOST.match(text.strip())
    if match is None:
        return ""
    host = match[1].lower()
    return "" if host.rpartition(".")[2] in _FILE_ENDINGS else host
