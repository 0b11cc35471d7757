"""Whether a job has to be proven, and the plan by which it is: windows to walk, then single reads."""

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
"""Our own gateway shows at once what it did; any other backend is given a minute."""


def needs_proof(job: Job) -> bool:
    """Tell whether the job did something that nobody has looked at yet, or that is being looked at."""
    if job.proven_at is not None:
        return False
    return bool(job.proof) or job.items.filter(state=ItemState.DONE, proof="").exists()


def is_to_prove(job_id: UUID) -> bool:
    """Tell whether nothing is left of the job but to look at what it did."""
    return Job.objects.filter(pk=job_id, finished_at=None, proven_at=None).exclude(proof={}).exists()


def begin_proof(job: Job) -> None:
    """Note that nothing is left to do but to look; a cancelled job stays cancelled meanwhile."""
    if job.proof:
        return
    wait = None if settings.GATEWAY_EMBEDDED else timezone.now() + DELAY_ELSEWHERE
    begun = Job.objects.filter(pk=job.pk, proof={})
    begun.filter(state__in=[JobState.QUEUED, JobState.RUNNING, JobState.PAUSED]).update(state=JobState.PROVING)
    begun.update(proof=plan_of(job), not_before=wait)


def plan_of(job: Job) -> dict[str, Any]:
    """Give the way of proving: windows to walk, calls that may be spent on them, and single looks after that."""
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
