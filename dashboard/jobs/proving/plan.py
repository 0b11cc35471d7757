"""Decides whether a job has to be proven, and plans how: first windows to walk, then reads of single messages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from dashboard.jobs.models import Job, JobItem
from dashboard.jobs.snapshot import Snapshot
from dashboard.jobs.states import ItemState, JobState
from dashboard.jobs.time_windows import windows_over

MESSAGES_PER_CALL = 500
CALLS_ANYWAY = 5
SINGLE_LOOKS_AT_MOST = 100
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
    begun.update(proof=plan_of(job), not_before=wait)


def plan_of(job: Job) -> dict[str, Any]:
    """Return the plan for proving: the windows to walk, the maximum number of calls for that, and of single reads."""
    done = JobItem.objects.filter(job_id=job.pk, state=ItemState.DONE).values_list("investigate_id", "snapshot")
    seen = [Snapshot.from_json(*row) for row in done.iterator(2000)]
    times = [time for one in seen if (time := one.scanned_at)]
    count = len(seen)
    return {
        "windows": [window.to_json() for window in windows_over(times)],
        "position": None,
        "calls": 0,
        "calls_at_most": max(CALLS_ANYWAY, count // MESSAGES_PER_CALL),
        "after": 0,
        "looks": SINGLE_LOOKS_AT_MOST,
    }
