"""Count messages for the daily rollups, by hour of the day in UTC.

Counts have the shape {hour: {dimension: {value: count}}}, with hours from "00" to "23". All dimensions count messages,
except `targets`, which counts recipients: a message to three people counts once for each. `senders` and `categories`
count messages with a disposition other than NONE, `targets` counts attacks, and `names` counts the display names of
impersonation messages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC

from api_client.models import Message
from api_client.models.values import Disposition

Counts = dict[str, dict[str, int]]
Hours = dict[str, Counts]

ATTACKS = {Disposition.MALICIOUS, Disposition.MALICIOUS_BEC, Disposition.SUSPICIOUS, Disposition.SPOOF}
IMPERSONATING = {Disposition.SPOOF, Disposition.MALICIOUS_BEC}
FAILURES = {"fail", "softfail", "permerror"}
LONGEST = 320

DISPOSITION, PLACE, TARGETS, SENDERS = "disposition", "place", "targets", "senders"
NAMES, CATEGORIES, AUTHENTICATION = "names", "categories", "authentication"
DIMENSIONS = (DISPOSITION, PLACE, TARGETS, SENDERS, NAMES, CATEGORIES, AUTHENTICATION)


def count(hours: Hours, messages: Iterable[Message]) -> None:
    """Add messages to the counts of a day. A message without a time counts in hour "00"."""
    for message in messages:
        at = message.scanned_at
        counts = hours.setdefault(f"{at.astimezone(UTC):%H}" if at else "00", {})
        for dimension, value in _facts(message):
            values = counts.setdefault(dimension, {})
            values[value] = values.get(value, 0) + 1


def add(sums: Counts, more: Mapping[str, Mapping[str, int]]) -> None:
    """Add the counts in `more` to `sums`."""
    for dimension, values in more.items():
        mine = sums.setdefault(dimension, {})
        for value, number in values.items():
            mine[value] = mine.get(value, 0) + number


def summed(hours: Hours) -> Counts:
    """Return the sum of the counts of all hours."""
    sums: Counts = {}
    for counts in hours.values():
        add(sums, counts)
    return sums


def _facts(message: Message) -> Iterable[tuple[str, str]]:
    disposition = (message.final_disposition or Disposition.NONE.value).upper()
    yield DISPOSITION, disposition
    if message.is_quarantined:
        yield PLACE, "held"
    operations = message.post_delivery_operations or ()
    if "QUARANTINE_RELEASE" in operations:
        yield PLACE, "released"
    if "MOVE" in operations:
        yield PLACE, "moved"
    for name, result in _checks(message):
        if result in FAILURES:
            yield AUTHENTICATION, f"{name}:{result}"
    if disposition == Disposition.NONE:
        return
    sender = (message.from_ or message.envelope_from or "").strip().lower()[:LONGEST]
    if sender:
        yield SENDERS, sender
    for category in dict.fromkeys(message.threat_categories or ()):
        yield CATEGORIES, category[:LONGEST]
    if disposition in ATTACKS:
        for recipient in {address.strip().lower()[:LONGEST] for address in message.client_recipients}:
            yield TARGETS, recipient
    if disposition in IMPERSONATING and (message.from_name or "").strip():
        yield NAMES, " ".join((message.from_name or "").split())[:LONGEST]


def _checks(message: Message) -> Iterable[tuple[str, str]]:
    validation = message.validation
    if validation is not None:
        for name in ("spf", "dkim", "dmarc"):
            yield name, (getattr(validation, name) or "").lower()
