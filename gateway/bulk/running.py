"""Running a job: discover, then claim and act, until nothing is left. The rows say what is left."""

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
"""After so long a worker lets others have their turn."""
# Others who write to SQLite get a turn between two chunks.
_BREATH_SECONDS = 0.005


def run(job_id: UUID) -> float | None:
    """Do a slice of a job's work; return the seconds after which it is to be run again, None when it is not.

    Several workers may run one job at once, and any may run it again.
    """
    job = BulkJob.objects.using(DATABASE).filter(pk=job_id, completed_at=None).first()
    if job is None:
        return None
    until = time.monotonic() + SLICE_SECONDS
    show_up(job)
    if job.status != BulkJob.Status.PROCESSING and not discover(job, until=until):
        return _after_discovery(job)
    while time.monotonic() < until and _step(job):
        time.sleep(_BREATH_SECONDS)
    if finish_if_settled(job):
        return None
    again = _next_run(job)
    if again is not None:
        show_up(job, within=again)
    return again


def _after_discovery(job: BulkJob) -> float | None:
    """Return 0 when discovery goes on in another slice, None when the job has ended or another worker holds it."""
    if _status(job) == BulkJob.Status.FAILED:
        cancel_waiting(job)
    free = BulkJob.objects.using(DATABASE).filter(pk=job.pk, status=BulkJob.Status.DISCOVERING, lease_until=None)
    return 0.0 if free.exists() else None


def _status(job: BulkJob) -> str | None:
    """Return the job's status as it is now, None when the job was deleted."""
    return BulkJob.objects.using(DATABASE).filter(pk=job.pk).values_list("status", flat=True).first()


def _step(job: BulkJob) -> bool:
    """Do one chunk; return whether there may be another one."""
    claimed = claim(job)
    if claimed is None:
        return False
    if _status(job) == BulkJob.Status.PROCESSING:
        show_up(job)
        act(job, claimed)
    else:
        # Cancelled between the look and the claim: nothing of these was begun.
        rows_of(job).filter(claimed_by=claimed.token, status=Status.PROCESSING).update(
            status=Status.PENDING, claimed_by="", lease_until=None
        )
    if _status(job) == BulkJob.Status.PROCESSING:
        return True
    cancel_waiting(job)
    return False


def show_up(job: BulkJob, *, within: float = 0.0) -> None:
    """Say that this worker, or the next one, comes back to the job within these seconds or a lease more."""
    patience = timedelta(seconds=within + settings.GATEHOUSE_JOB_LEASE)
    BulkJob.objects.using(DATABASE).filter(pk=job.pk).update(look_after=timezone.now() + patience)


def finish_if_settled(job: BulkJob) -> bool:
    """End a job whose rows all have an outcome; return whether it has ended, by this or otherwise."""
    if not rows_of(job).filter(status__in=(Status.PENDING, Status.PROCESSING)).exists():
        BulkJob.objects.using(DATABASE).filter(pk=job.pk, status=BulkJob.Status.PROCESSING).update(
            status=BulkJob.Status.COMPLETED, completed_at=timezone.now()
        )
    return not BulkJob.objects.using(DATABASE).filter(pk=job.pk, completed_at=None).exists()


def _next_run(job: BulkJob) -> float | None:
    """Return the seconds until something can be done, None while other workers hold all that is left."""
    if due(job).exists():
        return 0.0
    at = rows_of(job).filter(status=Status.PENDING).aggregate(at=Min("retry_after"))["at"]
    return max(0.0, (at - timezone.now()).total_seconds()) if at is not None else None
