"""Create, cancel and delete bulk action jobs."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from gateway.bulk.outcomes import note_outcome
from gateway.bulk.queue import enqueue
from gateway.models import BulkJob, BulkJobMessage, WriteRequest
from gateway.search.params import SearchParams

DATABASE = "gateway"
ACTIVE = (BulkJob.Status.PENDING, BulkJob.Status.DISCOVERING, BulkJob.Status.PROCESSING)


class AlreadyEnded(Exception):
    """The job completed or failed before it could be cancelled."""


class StillRunning(Exception):
    """The job can't be deleted because it has not ended."""


def bulk_job_create(
    *,
    params: SearchParams,
    search: dict[str, Any],
    action: str,
    destination: str = "",
    expected_disposition: str = "",
    comment: str | None = None,
    requested_by: str,
) -> BulkJob:
    """Create a job and enqueue it for the worker.

    It covers only messages that have arrived by now.
    """
    now = timezone.now()
    end = now if params.end is None else min(params.end, now)
    job = BulkJob.objects.using(DATABASE).create(
        account_id=params.account_id,
        action=action,
        destination=destination,
        expected_disposition=expected_disposition,
        comment=comment,
        requested_by=requested_by,
        search=search,
        filters=replace(params, end=end).to_json(),
        created_at=now,
    )
    enqueue(job.pk)
    return job


def bulk_job_cancel(job: BulkJob) -> None:
    """Cancel a job and its pending rows, and withdraw the request if it waits for a second person.

    Completed actions are not undone. Idempotent.

    :raises AlreadyEnded: the job has already completed or failed.
    """
    with transaction.atomic(using=DATABASE):
        ended = (
            BulkJob.objects.using(DATABASE)
            .filter(pk=job.pk, status__in=ACTIVE)
            .update(
                status=BulkJob.Status.CANCELLED,
                completed_at=timezone.now(),
                claimed_by="",
                lease_until=None,
                awaits_approval=False,
            )
        )
        WriteRequest.objects.using(DATABASE).filter(job_id=job.pk, state=WriteRequest.State.WAITING).update(
            state=WriteRequest.State.WITHDRAWN, ended_at=timezone.now(), is_told=False
        )
        job.refresh_from_db(using=DATABASE)
        if not ended and job.status != BulkJob.Status.CANCELLED:
            raise AlreadyEnded
        cancel_waiting(job)


def bulk_jobs_cancel_of(*, account_id: str, requested_by: str) -> int:
    """Cancel all jobs of a token that have not ended, and return how many. For a token that was revoked."""
    count = 0
    for job in BulkJob.objects.using(DATABASE).filter(
        account_id=account_id, requested_by=requested_by, status__in=ACTIVE
    ):
        with suppress(AlreadyEnded):
            bulk_job_cancel(job)
            count += 1
    return count


def cancel_waiting(job: BulkJob) -> None:
    """Cancel the pending rows, which no worker holds."""
    BulkJobMessage.objects.using(DATABASE).filter(job=job, status=BulkJobMessage.Status.PENDING).update(
        status=BulkJobMessage.Status.CANCELLED,
        processed_at=timezone.now(),
        retry_after=None,
        status_message="cancelled before it was done",
    )


def bulk_job_delete(job: BulkJob) -> None:
    """Delete a job that has ended, and its rows.

    :raises StillRunning: the job has not ended.
    """
    with transaction.atomic(using=DATABASE):
        locked = BulkJob.objects.using(DATABASE).select_for_update().filter(pk=job.pk).first()
        if locked is not None and locked.status in ACTIVE:
            raise StillRunning
        for request in WriteRequest.objects.using(DATABASE).filter(job_id=job.pk).select_related("job"):
            note_outcome(request)
        BulkJobMessage.objects.using(DATABASE).filter(job_id=job.pk).delete()
        BulkJob.objects.using(DATABASE).filter(pk=job.pk).delete()
