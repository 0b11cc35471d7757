"""The data of one sample message."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Sample:
    """One message as it arrives.

    `expected` is the disposition that it must get with SAMPLE_POLICY.
    """

    name: str
    kind: str
    expected: str
    mail_from: str
    recipients: tuple[str, ...]
    received_at: datetime
    raw: bytes


@dataclass(frozen=True, slots=True)
class Journey:
    """How a sample arrives: its age, its envelope, and the host that delivers it.

    `days` and `at` are those of `dates.arrival_time`. `auth` is the authentication result that the company's gateway
    records: pass, unsigned, misaligned, fail-none, fail-quarantine, fail-reject, absent (nothing recorded), or
    internal.
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
