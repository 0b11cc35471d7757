"""The digest of what a second person is asked to approve: it proves that the job's items are still the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from dashboard.jobs.models import Job, JobItem


def digest_of(job: Job, items: Iterable[tuple[str, str]]) -> str:
    """Return the digest of what is approved: the action, the backend, the recipient if it is one, each message."""
    digest = hashlib.sha256()
    head = [job.action, job.destination, job.disposition, job.account_id, job.backend]
    if job.recipient:
        head.append(job.recipient)
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
