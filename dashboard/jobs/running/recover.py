"""Recovers from lost workers: frees items whose lease expired, and finds the jobs that no worker is running."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from dashboard.jobs.approval.ending import jobs_expire
from dashboard.jobs.models import Job
from dashboard.jobs.proving.plan import is_being_proven
from dashboard.jobs.running.finish import cancel_leftovers, finish_if_settled
from dashboard.jobs.running.send import read_back_from
from dashboard.jobs.states import IN_FLIGHT, ItemState


def jobs_recover() -> list[Job]:
    """Free items whose lease expired, end approval requests that expired, and return the jobs that need a worker.

    Those jobs have work to do, and no worker is busy with them. A claimed item was not sent, so it becomes pending
    again. A sent item may have been carried out, so it becomes unknown and is read back later. It keeps its claim's
    token, so that a late answer still counts.
    """
    jobs_expire()
    unfinished = list(Job.objects.filter(finished_at=None).order_by("created_at"))
    for job in unfinished:
        _release_expired_claims(job)
    return [job for job in unfinished if _needs_a_worker(job)]


def _release_expired_claims(job: Job) -> None:
    now = timezone.now()
    abandoned = job.items.filter(state__in=IN_FLIGHT, lease_until__lte=now)
    # This query is cheap. An update that changes nothing would still make other processes wait for SQLite's lock.
    if not abandoned.exists():
        return
    abandoned.filter(state=ItemState.CLAIMED).update(state=ItemState.PENDING, claimed_by="", lease_until=None)
    abandoned.filter(state=ItemState.SENT).update(
        state=ItemState.UNKNOWN,
        lease_until=None,
        check_after=read_back_from(),
        error_code="worker_lost",
        error="The worker was lost while the API was asked.",
    )


def _needs_a_worker(job: Job) -> bool:
    now = timezone.now()
    if not job.is_active:
        cancel_leftovers(job)
    if finish_if_settled(job.pk) or (job.not_before is not None and job.not_before > now):
        return False
    if not _has_work(job):
        return False
    # Only the process that sets the new time queues the job, so that duplicate tasks never pile up.
    nobody_came = Q(look_after=None) | Q(look_after__lte=now)
    patience = timedelta(seconds=settings.GATEHOUSE_JOB_LEASE)
    return bool(Job.objects.filter(nobody_came, pk=job.pk).update(look_after=now + patience))


def _has_work(job: Job) -> bool:
    job.refresh_from_db()
    if not job.is_frozen:
        return True
    ready = Q(state=ItemState.UNKNOWN, check_after__lte=timezone.now())
    if job.is_active:
        ready |= Q(state=ItemState.PENDING)
    return is_being_proven(job.pk) or job.items.filter(ready).exists()
