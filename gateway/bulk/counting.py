"""Counters of bulk jobs, computed from their rows.

They are never stored, so they are always consistent.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db.models import Count

from gateway.models import BulkJob, BulkJobMessage

DATABASE = "gateway"
Status = BulkJobMessage.Status


@dataclass(frozen=True, slots=True)
class Counters:
    """The numbers of a job's rows by status.

    `pending` counts the rows that have no outcome yet.
    """

    pending: int = 0
    successful: int = 0
    failed: int = 0
    skipped: int = 0
    cancelled: int = 0

    @property
    def discovered(self) -> int:
        return self.pending + self.successful + self.failed + self.skipped + self.cancelled

    def as_data(self) -> dict[str, int]:
        """Return the numbers by name, as JSON."""
        return asdict(self)


def counters(jobs: Iterable[BulkJob]) -> dict[UUID, Counters]:
    """Return the counters of each job, with one query."""
    found: dict[UUID, dict[str, int]] = {job.pk: {} for job in jobs}
    grouped = BulkJobMessage.objects.using(DATABASE).filter(job__in=list(found)).order_by().values("job_id", "status")
    for entry in grouped.annotate(count=Count("id")):
        found[entry["job_id"]][entry["status"]] = entry["count"]
    return {job: _read(counts) for job, counts in found.items()}


def _read(counts: dict[str, int]) -> Counters:
    return Counters(
        pending=counts.get(Status.PENDING, 0) + counts.get(Status.PROCESSING, 0),
        successful=counts.get(Status.COMPLETED, 0),
        failed=counts.get(Status.FAILED, 0),
        skipped=counts.get(Status.SKIPPED, 0),
        cancelled=counts.get(Status.CANCELLED, 0),
    )
