"""What one sample is made of."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Sample:
    """One message as it arrives. `expected` is the disposition that the detectors give it under SAMPLE_POLICY."""

    name: str
    kind: str
    expected: str
    mail_from: str
    recipients: tuple[str, ...]
    received_at: datetime
    raw: bytes


@dataclass(frozen=True, slots=True)
class Journey:
    """How a message came: its age, its envelope, and the host that handed it over.

    `auth` is what the company's gateway found: pass, unsigned, misaligned, fail-none, fail-quarantine, fail-reject,
    absent (it recorded nothing), or internal.
    """

    name: str
    kind: str
    expected: str
    days: int
    at: str
    mail_from: str
    recipients: tuple[str, ...]
    host: str
    ip: str
    auth: str
