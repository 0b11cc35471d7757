"""Measure verdicts on mail whose labels are known: phishing, spam and ham."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from gateway.detect.verdict import BEC, BULK, MALICIOUS, NONE, SEVERITY, SPAM, SPOOF, Finding
from gateway.detect.weigh import weigh
from gateway.judging.judged import Judged

LABELS: Final = ("phishing", "spam", "ham")
CAUGHT: Final = frozenset({MALICIOUS, BEC, SPOOF, SPAM})
"""Dispositions that count as caught: SPAM or graver. They are held by default."""
THREATS: Final = frozenset({MALICIOUS, BEC, SPOOF})
"""Dispositions that count as a threat: graver than SPAM."""
HARMLESS: Final = frozenset({NONE, BULK})
WRONGED_RATES: Final = (0.01, 0.001)
_MOST_MISTAKES: Final = 20


@dataclass(slots=True)
class Brought:
    """What one detector brought: its findings by label, and the messages by label that are caught only with it."""

    findings: Counter[str] = field(default_factory=Counter)
    alone: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Recall:
    """The share of unwanted mail whose score is above that of nearly all ham: `wronged` of it is not.

    `above` is the score. `shares` is by label.
    """

    wronged: float
    above: float
    shares: Mapping[str, float]


@dataclass(slots=True)
class Measured:
    """Counts of the verdicts on labelled mail."""

    table: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    detectors: dict[str, Brought] = field(default_factory=lambda: defaultdict(Brought))
    errors: list[Judged] = field(default_factory=list)
    mistakes: list[Judged] = field(default_factory=list)
    _scores: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, judged: Judged) -> None:
        """Count one message."""
        if judged.error is not None:
            self.errors.append(judged)
            return
        label, verdict = judged.label, judged.verdict
        self.table[label][verdict.disposition] += 1
        self._scores[label].append(verdict.score)
        self._count_detectors(judged)
        if (verdict.disposition in CAUGHT) == (label == "ham") or (
            label == "ham" and verdict.disposition not in HARMLESS
        ):
            self.mistakes.append(judged)

    def _count_detectors(self, judged: Judged) -> None:
        by_detector = judged.verdict.by_detector
        is_caught = judged.verdict.disposition in CAUGHT
        for name, found in by_detector.items():
            if not found:
                continue
            brought = self.detectors[name]
            brought.findings[judged.label] += len(found)
            if is_caught and weigh(_without(by_detector, name)).disposition not in CAUGHT:
                brought.alone[judged.label] += 1

    def total(self, label: str) -> int:
        """Return how many messages have the label."""
        return sum(self.table[label].values())

    def share(self, label: str, dispositions: Iterable[str]) -> float:
        """Return the share of a label's messages that got one of the dispositions, 0 without messages."""
        total = self.total(label)
        return sum(self.table[label][disposition] for disposition in dispositions) / total if total else 0.0

    def recalls(self) -> list[Recall]:
        """Return the recall of each unwanted label at 1 % and at 0.1 % of ham above the score.

        With fewer than 100 or 1,000 messages of ham, none of it may be above.
        """
        ham = sorted(self._scores["ham"], reverse=True)
        found = []
        for rate in WRONGED_RATES if ham else ():
            above = ham[min(int(len(ham) * rate), len(ham) - 1)]
            unwanted = {label: scores for label, scores in self._scores.items() if label != "ham"}
            shares = {label: sum(score > above for score in scores) / len(scores) for label, scores in unwanted.items()}
            found.append(Recall(rate, above, shares))
        return found

    def worst(self) -> list[Judged]:
        """Return the twenty worst mistakes: ham by the gravity of its verdict, then unwanted mail by its low score."""
        wronged = [judged for judged in self.mistakes if judged.label == "ham"]
        missed = [judged for judged in self.mistakes if judged.label != "ham"]
        wronged.sort(key=lambda judged: (SEVERITY.index(judged.verdict.disposition), -judged.verdict.score))
        missed.sort(key=lambda judged: judged.verdict.score)
        half = _MOST_MISTAKES // 2
        kept = wronged[: max(half, _MOST_MISTAKES - len(missed))]
        return kept + missed[: _MOST_MISTAKES - len(kept)]


def _without(by_detector: Mapping[str, tuple[Finding, ...]], left_out: str) -> list[Finding]:
    return [finding for name, found in by_detector.items() if name != left_out for finding in found]
