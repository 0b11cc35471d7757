"""What a reporter is told, and why one is not."""

from __future__ import annotations

from typing import Final

from django.db import models

from api_client.models import Disposition


class Kind(models.TextChoices):
    """Kind of an answer. Each is given once for a submission."""

    RECEIVED = "received", "We have it"
    OUTCOME = "outcome", "What came of it"
    SIMULATION = "simulation", "Thanked for reporting a simulation"
    INVALID = "invalid", "Told why it can't be used"


class Verdict(models.TextChoices):
    """What a reporter is told of the mail. HANDLED says no more than that the team has looked at it."""

    PHISHING = "phishing", "It was phishing"
    SUSPICIOUS = "suspicious", "It is suspicious"
    SPAM = "spam", "It was spam"
    HARMLESS = "harmless", "It is harmless"
    HANDLED = "handled", "The team has dealt with it"


class Left(models.TextChoices):
    """Why somebody was not told."""

    LIMIT = "limit", "this person got as many answers within a day as are sent"
    ADDRESS = "address", "nobody reads answers at this address"


ENDING: Final = (Kind.OUTCOME, Kind.SIMULATION, Kind.INVALID)
"""Kinds after which a reporter hears no more of a report."""

VERDICT_OF: Final[dict[str, Verdict]] = {
    Disposition.MALICIOUS.value: Verdict.PHISHING,
    Disposition.MALICIOUS_BEC.value: Verdict.PHISHING,
    Disposition.SPOOF.value: Verdict.PHISHING,
    Disposition.SUSPICIOUS.value: Verdict.SUSPICIOUS,
    Disposition.SPAM.value: Verdict.SPAM,
    Disposition.BULK.value: Verdict.SPAM,
    Disposition.NONE.value: Verdict.HARMLESS,
}
GRAVE: Final = (Verdict.PHISHING, Verdict.SUSPICIOUS, Verdict.SPAM)
"""What mail can be accused of, the gravest first."""
THREATS: Final = (Verdict.PHISHING, Verdict.SUSPICIOUS)

SIMULATION_OUTCOME: Final = "a known phishing simulation"
"""The `outcome` by which Gatehouse's gateway says that a known simulation was reported."""
INVALID_STATUS: Final = "invalid"
