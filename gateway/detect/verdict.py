"""What is said about a message."""

from dataclasses import dataclass, field
from typing import Final

MALICIOUS: Final = "MALICIOUS"
BEC: Final = "MALICIOUS-BEC"
SPOOF: Final = "SPOOF"
SPAM: Final = "SPAM"
SUSPICIOUS: Final = "SUSPICIOUS"
BULK: Final = "BULK"
NONE: Final = "NONE"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a detector saw.

    `detection` is the disposition that it speaks for, `score` how strongly, above 0 up to 1. `reason` is a sentence
    for an analyst, with addresses and hosts defanged; `value` is the evidence itself, as it stands in the message.
    `portion` is envelope, header, body, links or attachment; `attachment` names the file.
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
    """A kind of threat, as the contract names them."""

    id: int
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Validation:
    """Sender authentication as a trusted server recorded it: pass, neutral, fail, error, or none."""

    spf: str = "none"
    dkim: str = "none"
    dmarc: str = "none"
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The disposition and why. `attachment_detections` maps an attachment's index to its disposition."""

    disposition: str
    reasons: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    threat_categories: tuple[ThreatCategory, ...] = ()
    validation: Validation = field(default_factory=Validation)
    attachment_detections: dict[int, str] = field(default_factory=dict)
    trace: tuple[str, ...] = ()
