"""Deletion of old bulk action jobs of the API: their rows first, a slice at a time, then the job."""

from datetime import datetime

from gateway.models import BulkJob, BulkJobMessage, WriteRequest

DATABASE = "gateway"
AT_ONCE = 500


def delete_jobs_slice(before: datetime) -> tuple[int, bool]:
    """Delete a slice of the oldest job that ended before a time. Return how many jobs are gone, and if more may go.

    With a job goes the request that it waited as, and requests whose job is gone already.
    """
    WriteRequest.objects.using(DATABASE).filter(job=None, ended_at__lt=before).delete()
    job = BulkJob.objects.using(DATABASE).filter(completed_at__lt=before).order_by("completed_at").first()
    if job is None:
        return 0, False
    rows = BulkJobMessage.objects.using(DATABASE).filter(job=job)
    pks = list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    if pks:
        rows.filter(pk__in=pks).delete()
        return 0, True
    WriteRequest.objects.using(DATABASE).filter(job=job).delete()
    job.delete(using=DATABASE)
    return 1, True
