"""Finds messages that jobs acted on, once the job has ended. What automations did themselves is left out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.jobs.models import Job, JobItem
from dashboard.jobs.states import ItemState, JobAction
from investigate.automations.events.found import Found, Search
from investigate.automations.states import NAME_PREFIX

ITEMS_AT_ONCE = 25
SETTLED = timedelta(seconds=20)
"""Jobs that ended later than this ago wait: one that ended before may not be committed yet."""


def start(at: datetime) -> dict[str, Any]:
    """Return the cursor from which jobs that ended after `at` are found."""
    return {"at": at.isoformat(), "job": "", "item": 0}


def step_released(search: Search, cursor: dict[str, Any]) -> Found:
    """Return the next messages that a job released. Raise ApiError."""
    return _step(search, cursor, Job.objects.filter(action=JobAction.RELEASE))


def step_ended(search: Search, cursor: dict[str, Any]) -> Found:
    """Return the next messages that a job of any kind acted on. Raise ApiError."""
    return _step(search, cursor, Job.objects.all())


def _step(search: Search, cursor: dict[str, Any], jobs: QuerySet[Job]) -> Found:
    job = _job(search, cursor, jobs)
    if job is None or job.finished_at is None:
        return Found(cursor)
    after = cursor["item"] if cursor["job"] == str(job.pk) else 0
    items = list(JobItem.objects.filter(job=job, state=ItemState.DONE, id__gt=after).order_by("id")[:ITEMS_AT_ONCE])
    sets = []
    for item in items:
        message = search.read(item.investigate_id)
        if message is not None and search.condition.fits(search.client, message):
            sets.append(search.set_of(message, f"{job.label} by {job.created_by_name or 'Gatehouse'}"))
    at = job.finished_at.isoformat()
    if len(items) == ITEMS_AT_ONCE:
        following = {"at": cursor["at"], "job": str(job.pk), "item": items[-1].pk, "done": cursor.get("done", "")}
    else:
        following = {"at": at, "job": "", "item": 0, "done": str(job.pk)}
    return Found(following, sets, False, search.condition.undecided)


def _job(search: Search, cursor: dict[str, Any], jobs: QuerySet[Job]) -> Job | None:
    """Return the job that was being read, else the next that ended."""
    if cursor["job"]:
        return Job.objects.filter(pk=cursor["job"]).first() or _next(search, cursor, jobs)
    return _next(search, cursor, jobs)


def _next(search: Search, cursor: dict[str, Any], jobs: QuerySet[Job]) -> Job | None:
    at, done = datetime.fromisoformat(cursor["at"]), cursor.get("done")
    later = Q(finished_at__gt=at) | (Q(finished_at=at, pk__gt=done) if done else Q(finished_at=at))
    return (
        jobs.filter(later, account_id=backend_account_id(), backend=backend_fingerprint())
        .filter(finished_at__lte=search.until - SETTLED)
        .exclude(created_by_name__startswith=NAME_PREFIX)
        .order_by("finished_at", "pk")
        .first()
    )
