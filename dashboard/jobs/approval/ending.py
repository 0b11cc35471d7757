"""How a job ends whose approval was refused, expired or became void, and the audit entry of each decision."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import SYSTEM, Actor
from dashboard.audit.services import record
from dashboard.jobs.models import Job, JobItem
from dashboard.jobs.states import ItemState, JobState


@transaction.atomic
def job_void(job: Job) -> None:
    """End a job whose items are not those that were to be approved."""
    error = "The list of messages is not the one that was to be approved, so nothing was done."
    if job_end(job, JobState.REFUSED, JobState.AWAITING, JobState.QUEUED, error=error):
        record_decision(job, SYSTEM, AuditAction.JOB_REFUSE, error=error)


def jobs_expire() -> None:
    """End the jobs whose approval requests expired."""
    for job in Job.objects.filter(state=JobState.AWAITING, expires_at__lte=timezone.now()):
        with transaction.atomic():
            if job_end(job, JobState.EXPIRED, JobState.AWAITING, error="Nobody decided on it in time."):
                record_decision(job, SYSTEM, AuditAction.JOB_EXPIRE)


def job_end(job: Job, state: JobState, *before: JobState, **changes: object) -> bool:
    """End a job that has done nothing, and cancel its items. Return False if its state is not one of `before`."""
    now = timezone.now()
    waiting = Job.objects.filter(pk=job.pk, state__in=before)
    if not waiting.update(state=state, finished_at=now, proven_at=now, is_frozen=True, **changes):
        return False
    JobItem.objects.filter(job=job, state=ItemState.PENDING).update(state=ItemState.CANCELLED)
    return True


def record_decision(job: Job, actor: Actor, action: AuditAction, **detail: object) -> None:
    """Write a decision on a job to the audit trail."""
    record(actor=actor, action=action, object_kind="job", object_id=str(job.pk), outcome=Outcome.DONE, detail=detail)
