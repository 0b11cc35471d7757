"""Approves or refuses a job that needs a second person."""

from __future__ import annotations

from functools import partial

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from dashboard.account_links.selectors import accounts_of_person
from dashboard.audit.actions import AuditAction
from dashboard.audit.actor import Actor
from dashboard.jobs.approval.digest import is_as_approved
from dashboard.jobs.approval.ending import job_end, job_void, record_decision
from dashboard.jobs.models import Job
from dashboard.jobs.states import JobState
from dashboard.jobs.tasks import enqueue


class OwnJob(Exception):
    """The person tried to decide on a job that they started, or whose starter's account may be theirs."""


def job_approve(job: Job, *, user: User, actor: Actor) -> bool:
    """Queue a job that waits for approval. Return False if it does not wait, or if its list has changed.

    A job whose list has changed is ended. Raise OwnJob if the user is not another person than the one who started it.
    """
    _check_other(job, user)
    if job.is_frozen and not is_as_approved(job):
        job_void(job)
        return False
    with transaction.atomic():
        waiting = Job.objects.filter(pk=job.pk, state=JobState.AWAITING, expires_at__gt=timezone.now())
        if not waiting.update(state=JobState.QUEUED, **_decision(user)):
            return False
        record_decision(job, actor, AuditAction.JOB_APPROVE, digest=job.digest)
        transaction.on_commit(partial(enqueue, job.pk))
    return True


@transaction.atomic
def job_refuse(job: Job, *, user: User, actor: Actor) -> bool:
    """End a job that waits for approval. Return False if it does not wait.

    Raise OwnJob if the user is not another person than the one who started it.
    """
    _check_other(job, user)
    if not job_end(job, JobState.REFUSED, JobState.AWAITING, **_decision(user)):
        return False
    record_decision(job, actor, AuditAction.JOB_REFUSE)
    return True


def _check_other(job: Job, user: User) -> None:
    if job.created_by_id == user.pk:
        raise OwnJob("Somebody else has to decide on a job that you started.")
    if job.created_by_id in accounts_of_person(user.pk):
        raise OwnJob(
            f"One of you made the other's account, so {user.get_username()} and {job.created_by_name} may be one"
            " person. Somebody else has to decide, or another admin has to vouch for the account first."
        )


def _decision(user: User) -> dict[str, object]:
    return {"decided_by": user, "decided_by_name": user.get_username(), "decided_at": timezone.now()}
