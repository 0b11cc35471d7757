"""Rules for approval by a second person: which jobs need it, what is approved, and when a request ends."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from api_client.models import MailboxDestination
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import SYSTEM, Actor
from dashboard.audit.services import record
from dashboard.jobs.models import Job, JobItem
from dashboard.jobs.states import ItemState, JobAction, JobState

PURGE = "purge"
KINDS = (PURGE, *JobAction.values)
"""The names that the setting may contain. A purge is a move to the folder of that name, and counts as both."""


def kinds_of(action: str, destination: str) -> list[str]:
    """Return the names under which the setting may contain an action."""
    purges = action == JobAction.MOVE and destination == MailboxDestination.RECOVERABLE_ITEMS_PURGES
    return [PURGE, action] if purges else [action]


def needs_approval(action: str, destinations: Iterable[str], size: int) -> bool:
    """Return whether a job on this many messages needs a second person. An undo has several destinations."""
    rules: dict[str, int] = settings.GATEHOUSE_APPROVALS
    kinds = {kind for destination in (*destinations, "") for kind in kinds_of(action, destination)}
    return any(size >= rules[kind] for kind in kinds & rules.keys())


def expiry() -> datetime:
    """Return when an approval request that is made now expires."""
    return timezone.now() + timedelta(hours=settings.GATEHOUSE_APPROVAL_HOURS)


def digest_of(job: Job, items: Iterable[tuple[str, str]]) -> str:
    """Return the digest of what is approved: the action, the backend, and each message with its folder, in order."""
    digest = hashlib.sha256()
    head = (job.action, job.destination, job.disposition, job.account_id, job.backend)
    for part in (*head, *(text for item in items for text in item)):
        digest.update(f"{len(part)}:{part}".encode())
    return digest.hexdigest()


def digest_of_items(job: Job) -> str:
    """Return the digest of the job's current items."""
    rows = JobItem.objects.filter(job=job).order_by("id").values_list("investigate_id", "destination")
    return digest_of(job, rows.iterator(2000))


def is_as_approved(job: Job) -> bool:
    """Return whether the job's items are those that were to be approved. True if no approval was needed."""
    return not job.digest or job.digest == digest_of_items(job)


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
