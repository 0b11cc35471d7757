"""Pauses, resumes, cancels, retries and proves further existing jobs when a person asks for it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Case, DateTimeField, F, Value, When
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.jobs.look_budget import looks_allowed
from dashboard.jobs.models import Job
from dashboard.jobs.proving.plan import plan_of_looks
from dashboard.jobs.running.finish import cancel_leftovers, finish_if_settled
from dashboard.jobs.states import ACTIVE_JOBS, LEFT_OPEN, STOPPABLE_JOBS, ItemState, JobState
from dashboard.jobs.tasks import enqueue

RETRIABLE_JOBS = (JobState.PARTIAL, JobState.FAILED)


@transaction.atomic
def job_pause(job: Job, *, actor: Actor) -> bool:
    """Pause a job: nothing more is sent, but what was sent still settles. Return False if the job was not active."""
    if not Job.objects.filter(pk=job.pk, state__in=ACTIVE_JOBS).update(state=JobState.PAUSED):
        return False
    _record(job, actor, AuditAction.JOB_PAUSE)
    return True


@transaction.atomic
def job_resume(job: Job, *, actor: Actor) -> bool:
    """Queue a paused job again. Return False if it was not paused."""
    if not Job.objects.filter(pk=job.pk, state=JobState.PAUSED).update(state=JobState.QUEUED):
        return False
    _record(job, actor, AuditAction.JOB_RESUME)
    transaction.on_commit(partial(enqueue, job.pk))
    return True


@transaction.atomic
def job_cancel(job: Job, *, actor: Actor) -> bool:
    """Cancel the items that were not sent. What was done is still proven. Return False if it is too late to cancel."""
    if not Job.objects.filter(pk=job.pk, state__in=STOPPABLE_JOBS).update(state=JobState.CANCELLED):
        return False
    _record(job, actor, AuditAction.JOB_CANCEL, cancelled_items=cancel_leftovers(job))
    if not finish_if_settled(job.pk):
        transaction.on_commit(partial(enqueue, job.pk))
    return True


@transaction.atomic
def job_retry(job: Job, *, actor: Actor) -> int:
    """Retry the failed items of an ended job, and no other items. Return their number.

    An item whose outcome is unknown is left to a person, since it may have been carried out. An item that was sent and
    never shown keeps the time of its first attempt, so that reading back still finds the effect of that attempt.
    """
    failed = job.items.filter(state=ItemState.FAILED)
    ended = Job.objects.filter(pk=job.pk, state__in=RETRIABLE_JOBS, finished_at__isnull=False)
    if not failed.exists() or not ended.update(
        state=JobState.QUEUED,
        finished_at=None,
        proven_at=None,
        proof={},
        error="",
        holdups=0,
        not_before=None,
        look_after=None,
        retries=F("retries") + 1,
    ):
        return 0
    nothing = Value(None, output_field=DateTimeField())
    count: int = failed.update(
        state=ItemState.PENDING,
        attempted_at=Case(When(error_code="never_shown", then=F("attempted_at")), default=nothing),
        attempts=0,
        checks=0,
        error_code="",
        error="",
        accepted=False,
        settled_at=None,
        proof="",
    )
    _record(job, actor, AuditAction.JOB_RETRY, retried_items=count)
    transaction.on_commit(partial(enqueue, job.pk))
    return count


@transaction.atomic
def job_look_up(job: Job, *, actor: Actor) -> int:
    """Look up more of the places that an ended job left open, as many as the budget allows for a job. Return how many.

    The job is proven once more. A cancelled job stays cancelled.
    """
    count = min(looks_allowed(), job.items.filter(state=ItemState.DONE, proof__in=LEFT_OPEN).count())
    ended = Job.objects.filter(pk=job.pk, finished_at__isnull=False)
    if not count or not ended.update(
        state=Case(When(state=JobState.CANCELLED, then=F("state")), default=Value(JobState.PROVING)),
        finished_at=None,
        proven_at=None,
        proof=plan_of_looks(timezone.now()),
        error="",
        holdups=0,
        not_before=None,
        look_after=None,
    ):
        return 0
    _record(job, actor, AuditAction.JOB_LOOK_UP, places=count)
    transaction.on_commit(partial(enqueue, job.pk))
    return count


def _record(job: Job, actor: Actor, action: AuditAction, **detail: Any) -> None:
    record(actor=actor, action=action, object_kind="job", object_id=str(job.pk), outcome=Outcome.DONE, detail=detail)
