"""Ends jobs: when everything is done and proven, or when the job can never continue."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import SYSTEM
from dashboard.audit.services import record
from dashboard.jobs.models import Job, JobItem
from dashboard.jobs.proving.plan import begin_proof, needs_proof
from dashboard.jobs.states import ACTIVE_JOBS, IN_FLIGHT, LEFT_OPEN, PROVEN, ItemState, JobState

OPEN = Q(state__in=[ItemState.PENDING, *IN_FLIGHT]) | Q(state=ItemState.UNKNOWN, check_after__isnull=False)

ENDS_BY_ITSELF = (*ACTIVE_JOBS, JobState.PAUSED, JobState.PROVING)

AUDIT_OUTCOMES = {
    JobState.COMPLETED: Outcome.DONE,
    JobState.PARTIAL: Outcome.FAILED,
    JobState.FAILED: Outcome.FAILED,
    JobState.CANCELLED: Outcome.DONE,
}


def finish_if_settled(job_id: UUID) -> bool:
    """End the job if none of its items is open and what it did is proven. Return whether it has ended.

    If something is not proven yet, proving begins first. Only one of several workers writes the end of the job.
    """
    if JobItem.objects.filter(OPEN, job_id=job_id).exists():
        return False
    job = Job.objects.get(pk=job_id)
    if job.is_finished:
        return True
    if not job.is_frozen:
        return False
    if needs_proof(job):
        begin_proof(job)
        return False
    counts = job_counts(job_id)
    with transaction.atomic():
        unfinished = Job.objects.filter(pk=job_id, finished_at=None)
        ended = unfinished.filter(state__in=ENDS_BY_ITSELF).update(state=_end(counts), finished_at=timezone.now())
        ended += unfinished.filter(state=JobState.CANCELLED).update(finished_at=timezone.now())
        if ended:
            job.refresh_from_db()
            record(
                actor=SYSTEM,
                action=AuditAction.JOB_FINISH,
                object_kind="job",
                object_id=str(job_id),
                outcome=AUDIT_OUTCOMES[JobState(job.state)],
                detail={"state": job.state, "action": job.action, **counts, **proof_counts(job_id)},
            )
    return True


def job_counts(job_id: UUID) -> Counter[str]:
    """Count the items of a job by their state."""
    return Counter(dict(JobItem.objects.filter(job_id=job_id).order_by().values_list("state").annotate(Count("id"))))


def proof_counts(job_id: UUID) -> dict[str, int]:
    """Count the items of a job that are done and proven, and those whose place was left open."""
    done = JobItem.objects.filter(job_id=job_id, state=ItemState.DONE)
    return {"proven": done.filter(proof__in=PROVEN).count(), "left_open": done.filter(proof__in=LEFT_OPEN).count()}


def _end(counts: Counter[str]) -> JobState:
    if counts[ItemState.DONE] == counts.total():
        return JobState.COMPLETED
    return JobState.PARTIAL if counts[ItemState.DONE] else JobState.FAILED


def give_up(job: Job, *, code: str, reason: str) -> None:
    """Fail the items that were not sent, and leave the unknown ones to a person. Items in flight settle by themselves.

    The job can't be proven either.
    """
    Job.objects.filter(pk=job.pk).update(error=reason[:1000], proven_at=timezone.now())
    JobItem.objects.filter(job=job, state=ItemState.PENDING).update(
        state=ItemState.FAILED, error_code=code, error=reason[:1000], settled_at=timezone.now()
    )
    JobItem.objects.filter(job=job, state=ItemState.UNKNOWN, check_after__isnull=False).update(
        check_after=None,
        lease_until=None,
        error_code=code,
        error=f"What came of it could not be read back. {reason}"[:1000],
    )


def cancel_leftovers(job: Job) -> int:
    """Cancel the pending items of a cancelled job. Return their number."""
    waiting = JobItem.objects.filter(job=job, job__state=JobState.CANCELLED, state=ItemState.PENDING)
    cancelled: int = waiting.update(state=ItemState.CANCELLED)
    return cancelled
