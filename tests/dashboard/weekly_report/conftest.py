"""Days that were counted, and who gets the report."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.overview.models import DayFigures
from dashboard.weekly_report.sending import schedule_ensure

MONDAY = date(2026, 11, 16)


def counted(day, *, is_complete=True, **dispositions):
    sums = {
        "disposition": dispositions,
        "place": {"held": 2},
        "senders": {"<b>evil.example": 3},
        "targets": {"bo@acme.example": 4},
    }
    return DayFigures.objects.create(
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        day=day,
        sums=sums,
        as_of=timezone.now(),
        is_complete=is_complete,
    )


@pytest.fixture
def week(db):
    """A week whose days are all counted, and one day of the week before."""
    for number in range(7):
        counted(MONDAY + timedelta(days=number), NONE=10, MALICIOUS=1, **{"MALICIOUS-BEC": 1})
    counted(MONDAY - timedelta(days=3), NONE=5, MALICIOUS=20)
    return MONDAY


@pytest.fixture
def schedule(db):
    """The report goes out on Mondays at seven in Berlin, to two people."""
    made = schedule_ensure()
    made.is_on, made.zone = True, "Europe/Berlin"
    made.sent_week = MONDAY - timedelta(days=7)
    made.save()
    made.recipients.create(address="boss@acme.example", language="en", added_by_name="ann")
    made.recipients.create(address="chefin@acme.example", language="de", added_by_name="ann")
    return made
