"""Decides whether a job has to be proven, and plans how: first windows to walk, then looks at single messages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from dashboard.jobs.look_budget import looks_allowed
from dashboard.jobs.models import Job, JobItem
from dashboard.jobs.snapshot import Snapshot
from dashboard.jobs.states import ItemState, JobState
from dashboard.jobs.time_windows import MESSAGES_PER_SPLIT, windows_over
from dashboard.walking.page_size import SMALL, largest_page

MESSAGES_PER_CALL = 500
MESSAGES_PER_LARGE_CALL = 4000
CALLS_ANYWAY = 5


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
    # Our own gateway shows its changes at once. Any other backend may show them late.
    delay = timedelta(seconds=settings.GATEHOUSE_PROOF_DELAY)
    wait = None if settings.GATEWAY_EMBEDDED else timezone.now() + delay
    begun = Job.objects.filter(pk=job.pk, proof={})
    begun.filter(state__in=[JobState.QUEUED, JobState.RUNNING, JobState.PAUSED]).update(state=JobState.PROVING)
    begun.update(proof=plan_of(job, since=wait or timezone.now()), not_before=wait)


def plan_of(job: Job, *, since: datetime) -> dict[str, Any]:
    """Return the plan for proving a job, for a JSON column. What was read before `since` (aware) proves nothing.

    `windows` are still to be walked, from `position` on. It is about `count` messages. `calls` calls were made. Then
    `looks` single messages may be looked at. `has_log` becomes False once the API turned out to have no action log.
    """
    done = JobItem.objects.filter(job_id=job.pk, state=ItemState.DONE).values_list("investigate_id", "snapshot")
    seen = [Snapshot.from_json(*row) for row in done.iterator(2000)]
    times = [time for one in seen if (time := one.scanned_at)]
    count = len(seen)
    splits = MESSAGES_PER_SPLIT * largest_page() // SMALL
    windows = windows_over(times, per_split=splits)
    return plan_of_looks(since) | {"windows": [window.to_json() for window in windows], "count": count}


def calls_allowed(plan: dict[str, Any]) -> int:
    """Return how many calls the walk may make. Fewer are needed where the API serves large pages."""
    per_call = MESSAGES_PER_LARGE_CALL if largest_page() > SMALL else MESSAGES_PER_CALL
    count: int = plan.get("count", 0)
    return max(CALLS_ANYWAY, count // per_call)


def plan_of_looks(since: datetime) -> dict[str, Any]:
    """Return the plan for looking at single messages only."""
    return {
        "windows": [],
        "position": None,
        "calls": 0,
        "count": 0,
        "looks": looks_allowed(),
        "has_log": True,
        "since": since.isoformat(),
    }
