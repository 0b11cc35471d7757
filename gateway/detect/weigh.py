"""Scoring: combine the findings into one disposition.

Findings with the same disposition are treated as independent evidence: scores a, b, ... combine to
1 - (1 - a)(1 - b)... Of several findings with the same name only the strongest counts. A disposition applies if its
findings reach its threshold. If several apply, the most severe one wins.

Mail is often both suspicious and unwanted, a little of each. So all findings together count too: if they reach a higher
threshold, the gravest kind of finding among them that is strong enough decides, or SPAM without one. What was learnt
from the team's decisions is asked last: an opinion that the message is unwanted makes it SPAM, together with all that
the rules found, or SUSPICIOUS; one that it is harmless weakens what speaks for SPAM. Neither touches what is graver.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from gateway.detect.learnt import HARMLESS, UNWANTED
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
WITH_OPINION_FROM: Final = 0.8
"""The score of all findings from which on a message is SPAM, if what was learnt says that it is unwanted."""

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
    opinion: float = 0.0

    @property
    def score(self) -> float:
        """How harmful or unwanted the message is by all findings, from 0 to 1."""
        return _with_opinion(_score(self.weights), self.opinion)

    @property
    def is_caught(self) -> bool:
        """Whether the disposition is SPAM or graver."""
        return self.disposition in {MALICIOUS, BEC, SPOOF, SPAM}

    @property
    def is_bulk(self) -> bool:
        """Whether the findings make the message BULK, if nothing graver does."""
        return self.weights[BULK] >= _BULK_FROM


def weigh(findings: Iterable[Finding]) -> Weight:
    """Return the disposition of the findings, with its reasons and scores."""
    strongest: dict[str, Finding] = {}
    for finding in findings:
        known = strongest.get(finding.name)
        if known is None or finding.score > known.score:
            strongest[finding.name] = finding
    opinion, harmless = strongest.pop(UNWANTED, None), strongest.pop(HARMLESS, None)
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
    by_rules = _disposition(kinds, weights)
    if harmless is not None and by_rules == SPAM:
        # What is graver was decided with all that speaks for spam: words that read harmless must not lower it.
        weights[SPAM] = round(weights[SPAM] * (1 - harmless.score), 3)
        by_rules = _disposition(kinds, weights)
    disposition = by_rules if opinion is None else _asked(by_rules, _score(weights), opinion)
    because = _because(disposition, kinds)
    if opinion is not None and disposition in {SPAM, SUSPICIOUS}:
        because.append(opinion)
    return Weight(
        disposition,
        tuple(sorted(because, key=lambda finding: -finding.score)[:_MOST_REASONS]),
        weights,
        0.0 if opinion is None else opinion.score,
    )


def _sum(findings: Iterable[Finding]) -> float:
    missing = 1.0
    for finding in findings:
        missing *= 1 - finding.score
    return round(1 - missing, 3)


def _with_opinion(score: float, opinion: float) -> float:
    return round(1 - (1 - score) * (1 - opinion), 4)


def _asked(by_rules: str, score: float, opinion: Finding) -> str:
    """Return the disposition of a message that the rules gave a score, and what was learnt calls unwanted."""
    if by_rules not in {SUSPICIOUS, BULK, NONE}:
        return by_rules
    if _with_opinion(score, opinion.score) >= WITH_OPINION_FROM:
        return SPAM
    return SUSPICIOUS if opinion.detection == SUSPICIOUS and opinion.score >= _SUSPICIOUS_FROM else by_rules


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
