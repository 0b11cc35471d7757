"""Alerts on the fake API: made as people do it, run as the worker does."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from dashboard.outbox.models import OutboxEntry
from investigate.alerts.models import Alert, Finding
from investigate.alerts.running import alerts_run
from investigate.search.saved.models import SavedSearch
from tests.investigate.fake_api import message

HOUR = timedelta(hours=1)


@pytest.fixture
def saved(db):
    return SavedSearch.objects.create(name="Held spam", query="disposition=SPAM", created_by_name="ann")


@pytest.fixture
def make(browse, api, saved):
    """Make an alert by its form, as an analyst with an address, that has looked since an hour ago."""

    def made(role="analyst", **values) -> Alert:
        client = browse(role)
        User.objects.filter(username=f"a-{role}").update(email=f"{role}@acme.example")
        fields = {"kind": "matches", "saved": str(saved.pk), **values}
        answer = client.post("/alerts/new/", fields)
        assert answer.status_code == 302, answer.content.decode()
        alert = Alert.objects.latest("pk")
        ago = (timezone.now() - HOUR).isoformat()
        moved = {name: ago for name in ("from", "since") if name in alert.cursor}
        Alert.objects.filter(pk=alert.pk).update(cursor={**alert.cursor, **moved})
        return alert

    return made


def run() -> list[OutboxEntry]:
    """Let the worker look and tell once, and return what was written for sending since the last call."""
    Alert.objects.update(lease_until=None, not_before=None)
    known = set(OutboxEntry.objects.values_list("pk", flat=True))
    alerts_run()
    return list(OutboxEntry.objects.exclude(pk__in=known).order_by("pk"))


def pass_time(by: timedelta) -> None:
    """Let time pass since what was told."""
    for model in (Alert, Finding):
        for row in model.objects.exclude(told_at=None):
            model.objects.filter(pk=row.pk).update(told_at=row.told_at - by)


def letter(number: int, **fields):
    """Return a message of the last minutes."""
    at = (timezone.now() - timedelta(seconds=60 + number % 1500)).replace(microsecond=0)
    return message(number, scanned_at=at, **fields)
