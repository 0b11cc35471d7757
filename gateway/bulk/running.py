"""Run a bulk job in slices: discover its rows, then claim and act on them, until every row has an outcome."""

import time
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from gateway.bulk.acting import act
from gateway.bulk.claiming import Status, claim, due, rows_of
from gateway.bulk.discovery import discover
from gateway.bulk.services import cancel_waiting
from gateway.models import BulkJob

DATABASE = "gateway"
SLICE_SECONDS = 20.0
"""Length of a slice of work, after which the worker takes other tasks."""
# Pause between two chunks, in which other processes can write to SQLite.
_BREATH_SECONDS = 0.005


def run(job_id: UUID) -> float | None:
    """Do one slice of a job's work.

    Return the seconds until the next run, or None if no further run is needed, also for a job that waits for a second
    person. Several workers may run the same job at
    once, and running it again is safe.
    """
    job = BulkJob.objects.using(DATABASE).filter(pk=job_id, completed_at=None, awaits_approval=False).first()
    if job is None:
        return None
    until = time.monotonic() + SLICE_SECONDS
    postpone_recovery(job)
    if job.status != BulkJob.Status.PROCESSING and not discover(job, until=until):
        return _after_discovery(job)
    while time.monotonic() < until and _step(job):
        time.sleep(_BREATH_SECONDS)
    if finish_if_settled(job):
        return None
    again = _next_run(job)
    if again is not None:
        postpone_recovery(job, within=again)
    return again


def _after_discovery(job: BulkJob) -> float | None:
    """Return 0 if discovery continues in another slice, or None if the job has ended or another worker holds it."""
    if _status(job) == BulkJob.Status.FAILED:
        cancel_waiting(job)
    free = BulkJob.objects.using(DATABASE).filter(pk=job.pk, status=BulkJob.Status.DISCOVERING, lease_until=None)
    return 0.0 if free.exists() else None


def _status(job: BulkJob) -> str | None:
    """Return the job's current status from the database, or None if the job was deleted."""
    return BulkJob.objects.using(DATABASE).filter(pk=job.pk).values_list("status", flat=True).first()


def _step(job: BulkJob) -> bool:
    """Claim one chunk and act on it.

    Return whether there may be more chunks.
    """
    claimed = claim(job)
    if claimed is None:
        return False
    if _status(job) == BulkJob.Status.PROCESSING:
        postpone_recovery(job)
        act(job, claimed)
    else:
        # The job ended before the claim. No action was started on these rows, so free them.
        rows_of(job).filter(claimed_by=claimed.token, status=Status.PROCESSING).update(
            status=Status.PENDING, claimed_by="", lease_until=None
        )
    if _status(job) == BulkJob.Status.PROCESSING:
        return True
    cancel_waiting(job)
    return False


def postpone_recovery(job: BulkJob, *, within: float = 0.0) -> None:
    """Set `look_after` to one lease after `within` seconds from now.

    Until then the job counts as being run by a worker, and `recovery.recover` does not enqueue it.
    """
    patience = timedelta(seconds=within + settings.GATEHOUSE_JOB_LEASE)
    BulkJob.objects.using(DATABASE).filter(pk=job.pk).update(look_after=timezone.now() + patience)


def finish_if_settled(job: BulkJob) -> bool:
    """Complete a job if all its rows have an outcome.

    Return whether the job has ended, for whatever reason.
    """
    if not rows_of(job).filter(status__in=(Status.PENDING, Status.PROCESSING)).exists():
        BulkJob.objects.using(DATABASE).filter(pk=job.pk, status=BulkJob.Status.PROCESSING).update(
            status=BulkJob.Status.COMPLETED, completed_at=timezone.now()
        )
    return not BulkJob.objects.using(DATABASE).filter(pk=job.pk, completed_at=None).exists()


def _next_run(job: BulkJob) -> float | None:
    """Return the seconds until a row is due, or None if other workers hold all remaining rows."""
    if due(job).exists():
        return 0.0
    at = rows_of(job).filter(status=Status.PENDING).aggregate(at=Min("retry_after"))["at"]
    return max(0.0, (at - timezone.now()).total_seconds()) if at is not None else None
