"""Decides whether a job has to be proven, and plans how: first windows to walk, then looks at single messages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from dashboard.jobs.models import Job, JobItem
from dashboard.jobs.snapshot import Snapshot
from dashboard.jobs.states import ItemState, JobState
from dashboard.jobs.time_windows import windows_over
from dashboard.pacing.budget import RESERVE

MESSAGES_PER_CALL = 500
CALLS_ANYWAY = 5
LOOKS_WITHOUT_LIMIT = 5000
DELAY_ELSEWHERE = timedelta(seconds=60)
"""Our own gateway shows its changes at once. Any other backend gets this time before proving begins."""


def needs_proof(job: Job) -> bool:
    """Return whether the job did something that is not proven yet, or is being proven."""
    if job.proven_at is not None:
        return False
    return bool(job.proof) or job.items.filter(state=ItemState.DONE, proof="").exists()


def is_being_proven(job_id: UUID) -> bool:
    """Return whether the job is being proven, so that no other work is left."""
    return Job.objects.filter(pk=job_id, finished_at=None, proven_at=None).exclude(proof={}).exists()


def begin_proof(job: Job) -> None:
    """Set the job to PROVING and save the plan for proving it. A cancelled job stays cancelled meanwhile."""
    if job.proof:
        return
    wait = None if settings.GATEWAY_EMBEDDED else timezone.now() + DELAY_ELSEWHERE
    begun = Job.objects.filter(pk=job.pk, proof={})
    begun.filter(state__in=[JobState.QUEUED, JobState.RUNNING, JobState.PAUSED]).update(state=JobState.PROVING)
    begun.update(proof=plan_of(job, since=wait or timezone.now()), not_before=wait)


def looks_allowed() -> int:
    """Return how many single messages may be looked at for one job, or to undo it.

    This is half of the calls that workers may make in one window of the budget. So other jobs go on meanwhile.
    """
    rate: tuple[int, int] | None = settings.GATEHOUSE_API_BUDGET
    return LOOKS_WITHOUT_LIMIT if rate is None else max(1, int(rate[0] * (1 - RESERVE) / 2))


def plan_of(job: Job, *, since: datetime) -> dict[str, Any]:
    """Return the plan for proving a job, for a JSON column. What was read before `since` (aware) proves nothing.

    `windows` are still to be walked, from `position` on, with `calls_at_most` calls of which `calls` were made. Then
    `looks` single messages may be looked at. `has_log` becomes False once the API turned out to have no action log.
    """
    done = JobItem.objects.filter(job_id=job.pk, state=ItemState.DONE).values_list("investigate_id", "snapshot")
    seen = [Snapshot.from_json(*row) for row in done.iterator(2000)]
    times = [time for one in seen if (time := one.scanned_at)]
    count = len(seen)
    return plan_of_looks(since) | {
        "windows": [window.to_json() for window in windows_over(times)],
        "calls_at_most": max(CALLS_ANYWAY, count // MESSAGES_PER_CALL),
    }


def plan_of_looks(since: datetime) -> dict[str, Any]:
    """Return the plan for looking at single messages only."""
    return {
        "windows": [],
        "position": None,
        "calls": 0,
        "calls_at_most": 0,
        "looks": looks_allowed(),
        "has_log": True,
        "since": since.isoformat(),
    }
