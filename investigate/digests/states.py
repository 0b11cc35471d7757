"""How often a digest is sent, in which language, and of which verdicts."""

from __future__ import annotations

from django.db import models

from api_client.models.values import Disposition

ANY_DOMAIN = "*"
"""The domain of the rule for protected domains that have none of their own."""


class Frequency(models.TextChoices):
    """How often a person gets a digest."""

    IMMEDIATELY = "immediately", "Immediately"
    DAILY = "daily", "Daily"
    WEEKLY = "weekly", "Weekly"
    NEVER = "never", "Never"


class Language(models.TextChoices):
    """Languages that mail and pages for recipients are written in."""

    ENGLISH = "en", "English"
    GERMAN = "de", "Deutsch"


class Weekday(models.IntegerChoices):
    """Day of a weekly digest, as `datetime.weekday` counts."""

    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"


MALICIOUS = frozenset({Disposition.MALICIOUS.value, Disposition.MALICIOUS_BEC.value})
DISPOSITIONS: dict[str, str] = {
    Disposition.MALICIOUS.value: "Malicious",
    Disposition.SUSPICIOUS.value: "Suspicious",
    Disposition.SPOOF.value: "Spoof",
    Disposition.SPAM.value: "Spam",
    Disposition.BULK.value: "Bulk",
    Disposition.NONE.value: "Clean, or not judged",
}
"""The kinds of verdict that a rule can have told of. MALICIOUS-BEC counts as malicious, what is unknown as clean."""

USUAL = [name for name in DISPOSITIONS if name not in MALICIOUS]


def kind_of(disposition: str) -> str:
    """Return the key of DISPOSITIONS that a verdict counts as."""
    name = disposition.upper()
    if name in MALICIOUS:
        return Disposition.MALICIOUS.value
    return name if name in DISPOSITIONS else Disposition.NONE.value
