"""Recovery of bulk jobs: free rows whose lease has expired, and find jobs that no worker is running."""

from datetime import timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from gateway.bulk.claiming import RETRIES_AT_MOST, Status, due
from gateway.bulk.running import finish_if_settled
from gateway.bulk.services import cancel_waiting
from gateway.models import BulkJob, BulkJobMessage

DATABASE = "gateway"
_LOST = "the worker was lost while it acted"
_AT_ONCE = 5000


def recover() -> list[BulkJob]:
    """Free rows whose lease has expired.

    Return the jobs that have work to do and that no worker is running.
    """
    _free_lost_rows()
    _cancel_left_behind()
    active = BulkJob.objects.using(DATABASE).filter(completed_at=None, awaits_approval=False).order_by("created_at")
    return [job for job in active if _needs_a_worker(job)]


def _free_lost_rows() -> None:
    """Make rows with an expired lease pending for a retry.

    Rows of jobs that have ended are cancelled. Rows that have used up their retries fail.
    """
    now = timezone.now()
    lost = BulkJobMessage.objects.using(DATABASE).filter(status=Status.PROCESSING, lease_until__lte=now)
    again: list[int] = []
    spent: list[int] = []
    ended: list[int] = []
    for key, retries, ended_at in lost.values_list("pk", "retry_count", "job__completed_at")[:_AT_ONCE]:
        (ended if ended_at is not None else spent if retries >= RETRIES_AT_MOST else again).append(key)
    freed = {"claimed_by": "", "lease_until": None, "status_message": _LOST}
    lost.filter(pk__in=ended).update(status=Status.CANCELLED, processed_at=now, **freed)
    lost.filter(pk__in=spent).update(status=Status.FAILED, processed_at=now, **freed)
    lost.filter(pk__in=again).update(status=Status.PENDING, retry_count=F("retry_count") + 1, **freed)


def _cancel_left_behind() -> None:
    """Cancel the pending rows of jobs that were cancelled or failed within the last day.

    A worker can put a row back just after its job has ended, and nobody else would handle it.
    """
    ended = (BulkJob.Status.CANCELLED, BulkJob.Status.FAILED)
    day = timezone.now() - timedelta(days=1)
    for job in BulkJob.objects.using(DATABASE).filter(status__in=ended, completed_at__gte=day):
        cancel_waiting(job)


def _needs_a_worker(job: BulkJob) -> bool:
    now = timezone.now()
    if job.status == BulkJob.Status.PROCESSING and (finish_if_settled(job) or not due(job).exists()):
        return False
    # Only the process whose update moves `look_after` returns the job, so that a job is not enqueued more than once.
    nobody_came = Q(look_after=None) | Q(look_after__lte=now)
    patience = timedelta(seconds=settings.GATEHOUSE_JOB_LEASE)
    return bool(
        BulkJob.objects.using(DATABASE)
        .filter(nobody_came, pk=job.pk, completed_at=None)
        .update(look_after=now + patience)
    )
