"""Finds jobs that ended and left something undone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from api_client import Client
from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.jobs.models import Job
from dashboard.jobs.states import JobState
from investigate.alerts.finders.found import Found, Sighting
from investigate.alerts.models import Alert

OVERLAP = timedelta(minutes=2)
"""A job that ended before may not have been committed yet when the last look was."""
AT_ONCE = 200


def start(now: datetime) -> dict[str, Any]:
    """Return the cursor from which jobs that end after `now` are found."""
    return {"from": now.isoformat(), "since": now.isoformat()}


def find(alert: Alert, _client: Client, now: datetime) -> Found:
    """Return jobs that ended since, partially or as failed."""
    begun, since = (datetime.fromisoformat(alert.cursor[name]) for name in ("from", "since"))
    jobs = Job.objects.filter(
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        state__in=[JobState.PARTIAL, JobState.FAILED],
        finished_at__gt=max(begun - OVERLAP, since),
        finished_at__lte=now,
    )
    rows = list(jobs.order_by("finished_at")[: AT_ONCE + 1])
    ended = rows[AT_ONCE - 1].finished_at if len(rows) > AT_ONCE else None
    return Found(
        {"from": (ended or now).isoformat(), "since": since.isoformat()},
        [
            Sighting(
                f"job:{job.pk}",
                f"job:{job.pk}",
                f"{job.label} by {job.created_by_name or 'Gatehouse'}: {JobState(job.state).label.lower()}",
                reverse("jobs:detail", args=[job.pk]),
            )
            for job in rows[:AT_ONCE]
        ],
    )
