"""One sentence on a verdict: what the message is, by the strongest evidence, and what spoke against it."""

from collections.abc import Iterable, Iterator
from typing import Final

from gateway.detect.evidence import Evidence
from gateway.detect.kinds import kind_of
from gateway.detect.verdict import BEC, BULK, MALICIOUS, NONE, SPAM, SPOOF, SUSPICIOUS, Finding

_BRAND_NAMES: Final = frozenset(["brand-name", "brand-claim"])
_MOST_CLAUSES: Final = 3
_OTHERWISE: Final = {
    MALICIOUS: "A harmful message",
    BEC: "Payment fraud in somebody's name",
    SPOOF: "Mail under a false sender",
    SPAM: "Mail that nobody asked for",
    SUSPICIOUS: "A message to be careful with",
    BULK: "Mail for many",
}


def compose(evidence: Evidence, disposition: str, because: Iterable[Finding]) -> str:
    """Return the sentence on a verdict; an empty one if the message is clean. `because` has the strongest first."""
    findings = list(because)
    if disposition == NONE or not findings:
        return ""
    # The strongest finding of that very disposition comes first, of those that tell more than that a brand is imitated.
    own = max(findings, key=lambda finding: (finding.detection == disposition, finding.name not in _BRAND_NAMES))
    findings.remove(own)
    findings.insert(0, own)
    what = _what(disposition, findings) + _brand(findings)
    clauses = list(dict.fromkeys(kind_of(finding.name).clause for finding in findings))[:_MOST_CLAUSES]
    sentence = f"{what}: {_joined(clauses)}"
    against = [] if disposition == BULK else list(_against(evidence, disposition))[:2]
    return f"{sentence}; against it speaks that {_joined(against)}." if against else f"{sentence}."


def _what(disposition: str, findings: list[Finding]) -> str:
    """Return what the message is: what its strongest finding of that disposition tells, where that says more."""
    telling = [finding for finding in findings if finding.detection == disposition and kind_of(finding.name).what]
    what = kind_of(telling[0].name).what if telling else _OTHERWISE[disposition]
    if disposition == SUSPICIOUS and telling:
        return f"Possibly {what[0].lower()}{what[1:]}"
    return what


def _brand(findings: list[Finding]) -> str:
    """Return which brand the message imitates, if a finding tells."""
    told = (finding.detail or "" for finding in findings if finding.name in _BRAND_NAMES)
    brand = next((detail.removeprefix("Brand: ") for detail in told if detail), "")
    return f" that imitates {brand}" if brand else ""


def _against(evidence: Evidence, disposition: str) -> Iterator[str]:
    """Yield what speaks for the message, of what a sender can't just write."""
    if evidence.context.is_known_thread:
        yield "it answers a message of your own people"
    if evidence.is_authenticated and evidence.context.is_trusted(evidence.from_domain):
        yield "its domain is authenticated and trusted"
    elif evidence.is_authenticated:
        yield "its sender's domain is authenticated, which anybody can have for a domain of their own"
    if evidence.is_authenticated_list:
        yield "the list's domain is authenticated"
    message = evidence.message
    if disposition == SUSPICIOUS and not (evidence.targets or message.attachments or message.unread):
        yield "it has no link and no file"


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])}, and {parts[-1]}"
