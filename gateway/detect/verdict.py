"""The result of classification: dispositions, findings, threat categories, authentication results, verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

MALICIOUS: Final = "MALICIOUS"
BEC: Final = "MALICIOUS-BEC"
SPOOF: Final = "SPOOF"
SPAM: Final = "SPAM"
SUSPICIOUS: Final = "SUSPICIOUS"
BULK: Final = "BULK"
NONE: Final = "NONE"

SEVERITY: Final = (MALICIOUS, BEC, SPOOF, SPAM, SUSPICIOUS, BULK, NONE)
"""The dispositions, the most severe first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One observation of a detector.

    `detection` is the disposition that the finding supports. `score` is how strongly it does so, above 0 up to 1.
    `reason` is a sentence for an analyst, with addresses and hosts defanged. `value` is the evidence itself, as it
    occurs in the message. `portion` is envelope, header, body, links or attachment. `attachment` is the file's name.
    """

    name: str
    detection: str
    score: float
    reason: str
    field: str | None = None
    portion: str | None = None
    value: str | None = None
    detail: str | None = None
    attachment: str | None = None


@dataclass(frozen=True, slots=True)
class ThreatCategory:
    """A threat category as the API contract defines it."""

    id: int
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Validation:
    """The authentication results, by trusted servers or the gateway, each pass, neutral, fail, error or none."""

    spf: str = "none"
    dkim: str = "none"
    dmarc: str = "none"
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The disposition and its reasons, of which the first sums up the others in a sentence (`sentence.compose`).

    `insights` are facts that do not count towards the verdict.
    `attachment_detections` maps an attachment's index to its disposition. `by_detector` holds all findings, each
    detector's in its order; `findings` only the strongest. `score` says how harmful or unwanted the message is by all
    of them, from 0 to 1.
    """

    disposition: str
    reasons: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    threat_categories: tuple[ThreatCategory, ...] = ()
    validation: Validation = field(default_factory=Validation)
    attachment_detections: dict[int, str] = field(default_factory=dict)
    trace: tuple[str, ...] = ()
    insights: tuple[str, ...] = ()
    by_detector: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    score: float = 0.0
