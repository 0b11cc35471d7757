"""The three automations that Gatehouse ships. They are off; a person sets them to watch, and then on."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from api_client.models import MailboxDestination, SubmissionDisposition
from dashboard.backend import backend_account_id, backend_fingerprint
from investigate.automations.events.registry import FINDERS
from investigate.automations.models import Automation
from investigate.automations.states import Act, Event, Mode, Scope

THREATS = [
    SubmissionDisposition.MALICIOUS.value,
    SubmissionDisposition.SUSPICIOUS.value,
    SubmissionDisposition.SPOOF.value,
]

SHIPPED: dict[str, dict[str, Any]] = {
    "herd": {
        "name": "Herd immunity",
        "event": Event.REPORTED,
        "reporters": 5,
        "verdicts": THREATS,
        "act": Act.MOVE,
        "scope": Scope.CAMPAIGN,
        "destination": MailboxDestination.DELETED_ITEMS.value,
        "per_hour": 500,
        "unattended": 1000,
    },
    "confirmed": {
        "name": "Confirmed report",
        "event": Event.CLASSIFIED,
        "verdicts": [SubmissionDisposition.MALICIOUS.value],
        "act": Act.MOVE,
        "scope": Scope.COPIES,
        "destination": MailboxDestination.DELETED_ITEMS.value,
        "per_hour": 500,
        "unattended": 1000,
    },
    "spam": {
        "name": "Spam to junk",
        "event": Event.JUDGED,
        "query": "disposition:spam",
        "act": Act.MOVE,
        "destination": MailboxDestination.JUNK_EMAIL.value,
        "per_hour": 1000,
        "unattended": 5000,
    },
}


def shipped_ensure() -> None:
    """Create what is shipped on the configured backend, where it is missing. What a person changed stays."""
    here = {"account_id": backend_account_id(), "backend": backend_fingerprint()}
    known = set(Automation.objects.filter(**here, kind__in=SHIPPED).values_list("kind", flat=True))
    names = set(Automation.objects.filter(**here).values_list("name", flat=True))
    now = timezone.now()
    rows = []
    for kind, values in SHIPPED.items():
        if kind in known:
            continue
        name = values["name"] if values["name"] not in names else f"{values['name']} (shipped)"
        rows.append(
            Automation(
                **here,
                **(values | {"name": name}),
                kind=kind,
                mode=Mode.OFF,
                since=now,
                cursor=FINDERS[values["event"]].start(now),
                created_by_name="Gatehouse",
            )
        )
    Automation.objects.bulk_create(rows, ignore_conflicts=True)
