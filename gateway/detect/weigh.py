"""Scoring: combine the findings into one disposition.

Findings with the same disposition are treated as independent evidence: scores a, b, ... combine to
1 - (1 - a)(1 - b)... Of several findings with the same name only the strongest counts. A disposition applies if its
findings reach its threshold. If several apply, the most severe one wins.

Mail is often both suspicious and unwanted, a little of each. So all findings together count too: if they reach a higher
threshold, the gravest kind of finding among them that is strong enough decides, or SPAM without one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from gateway.detect.verdict import BEC, BULK, MALICIOUS, NONE, SPAM, SPOOF, SUSPICIOUS, Finding

_MALICIOUS_FROM: Final = 0.8
_BEC_FROM: Final = 0.8
_SPOOF_FROM: Final = 0.8
_SPAM_FROM: Final = 0.7
_SUSPICIOUS_FROM: Final = 0.5
_BULK_FROM: Final = 0.4
# Suspicious findings alone make a message malicious only if they are many and strong.
_MALICIOUS_BY_HINTS: Final = 0.9
_FEWEST_HINTS: Final = 3
_MOST_REASONS: Final = 8
_TOGETHER_FROM: Final = 0.8
_TOGETHER_FOR_SPAM: Final = 0.73
_GRAVE: Final = 0.4
_HINTS_TOGETHER: Final = 0.6
# Evasion techniques that advertising uses too: beside a malicious finding they count half towards MALICIOUS.
_HIDING: Final = frozenset(
    ["hidden-target", "impossible-sender", "random-sender", "picture-only", "hidden-text", "ip-link", "styled-letters"]
)


@dataclass(frozen=True, slots=True)
class Weight:
    """The disposition, the findings that led to it (strongest first), and the combined score of each disposition."""

    disposition: str
    because: tuple[Finding, ...]
    weights: dict[str, float]

    @property
    def score(self) -> float:
        """How harmful or unwanted the message is by all findings, from 0 to 1."""
        return _score(self.weights)


def weigh(findings: Iterable[Finding]) -> Weight:
    """Return the disposition of the findings, with its reasons and scores."""
    strongest: dict[str, Finding] = {}
    for finding in findings:
        known = strongest.get(finding.name)
        if known is None or finding.score > known.score:
            strongest[finding.name] = finding
    kinds = {
        kind: [finding for finding in strongest.values() if finding.detection == kind]
        for kind in (MALICIOUS, BEC, SPOOF, SPAM, SUSPICIOUS, BULK)
    }
    harmful = kinds[MALICIOUS] + kinds[SUSPICIOUS]
    weights = {
        MALICIOUS: _malice(harmful, kinds),
        BEC: _sum(kinds[BEC]),
        SPOOF: _sum(kinds[SPOOF]),
        SPAM: _sum(kinds[SPAM]),
        BULK: _sum(kinds[BULK]),
    }
    weights[SUSPICIOUS] = _sum(harmful + kinds[BEC] + kinds[SPOOF])
    disposition = _disposition(kinds, weights)
    because = _because(disposition, kinds)
    return Weight(disposition, tuple(sorted(because, key=lambda finding: -finding.score)[:_MOST_REASONS]), weights)


def _sum(findings: Iterable[Finding]) -> float:
    missing = 1.0
    for finding in findings:
        missing *= 1 - finding.score
    return round(1 - missing, 3)


def _score(weights: dict[str, float]) -> float:
    return round(1 - (1 - weights[SUSPICIOUS]) * (1 - weights[SPAM]), 4)


def _malice(harmful: list[Finding], kinds: dict[str, list[Finding]]) -> float:
    """Return the combined score of harmful findings; evasion adds to it if one of them is malicious."""
    weight = _sum(harmful)
    if not kinds[MALICIOUS]:
        return weight
    for finding in kinds[SPAM]:
        if finding.name in _HIDING:
            weight = 1 - (1 - weight) * (1 - finding.score / 2)
    return round(weight, 3)


def _disposition(kinds: dict[str, list[Finding]], weights: dict[str, float]) -> str:
    malicious, hints = kinds[MALICIOUS], kinds[SUSPICIOUS]
    certain = any(finding.score >= _MALICIOUS_FROM for finding in malicious)
    if malicious and weights[MALICIOUS] >= _MALICIOUS_FROM and (certain or weights[BEC] < _BEC_FROM):
        return MALICIOUS
    if weights[BEC] >= _BEC_FROM:
        return BEC
    if weights[SPOOF] >= _SPOOF_FROM:
        return SPOOF
    if len(hints) >= _FEWEST_HINTS and weights[MALICIOUS] >= _MALICIOUS_BY_HINTS:
        return MALICIOUS
    together = _score(weights)
    if together >= _TOGETHER_FROM:
        for kind in (MALICIOUS, BEC, SPOOF):
            if any(finding.score >= _GRAVE for finding in kinds[kind]):
                return kind
        if len(hints) >= 2 and kinds[SPAM] and weights[SUSPICIOUS] >= _HINTS_TOGETHER:
            return MALICIOUS
    if weights[SPAM] >= _SPAM_FROM or (kinds[SPAM] and together >= _TOGETHER_FOR_SPAM):
        return SPAM
    if weights[SUSPICIOUS] >= _SUSPICIOUS_FROM:
        return SUSPICIOUS
    return BULK if weights[BULK] >= _BULK_FROM else NONE


def _because(disposition: str, kinds: dict[str, list[Finding]]) -> list[Finding]:
    """Return the findings that support a disposition; for a harmful one also those of other harmful dispositions."""
    if disposition == NONE:
        return []
    if disposition == BULK:
        return kinds[BULK]
    if disposition == SPAM:
        return kinds[SPAM] + [finding for kind in (MALICIOUS, BEC, SPOOF, SUSPICIOUS) for finding in kinds[kind]]
    if disposition == SUSPICIOUS:
        return kinds[MALICIOUS] + kinds[BEC] + kinds[SPOOF] + kinds[SUSPICIOUS]
    own = kinds[disposition]
    return own + [
        finding for kind in (MALICIOUS, BEC, SPOOF, SUSPICIOUS, SPAM) if kind != disposition for finding in kinds[kind]
    ]
