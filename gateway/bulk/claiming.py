"""Claims on the rows of a bulk job: conditional updates, so that only one of several workers holds each row."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from gateway.models import BulkJob, BulkJobMessage

DATABASE = "gateway"
CHUNK = 50
"""Messages per claim: as many as a move writes in one transaction."""
SHRINK = 8
"""Factor by which chunks shrink with each retry, so that a message that always fails is isolated from the others."""
RETRIES_AT_MOST = 5
PAUSES = (5, 15, 60, 180, 600)
"""Seconds before each retry."""
Status = BulkJobMessage.Status


@dataclass(frozen=True, slots=True)
class Claim:
    """Rows that one worker holds under one token.

    All due rows of a message that have the same retry count are claimed together.
    """

    token: str
    rows: list[BulkJobMessage] = field(default_factory=list)


def rows_of(job: BulkJob) -> "QuerySet[BulkJobMessage]":
    """Return all rows of a job."""
    return BulkJobMessage.objects.using(DATABASE).filter(job_id=job.pk)


def due(job: BulkJob) -> "QuerySet[BulkJobMessage]":
    """Return the pending rows that may be tried now."""
    return rows_of(job).filter(
        Q(retry_after=None) | Q(retry_after__lte=timezone.now()), status=BulkJobMessage.Status.PENDING
    )


def lease_end() -> datetime:
    """Return the end of the lease of a claim that is made now."""
    return timezone.now() + timedelta(seconds=settings.GATEHOUSE_JOB_LEASE)


def claim(job: BulkJob) -> Claim | None:
    """Claim the next chunk of due rows of a job.

    Return None if no row is due.
    """
    while True:
        waiting = due(job)
        retries = waiting.order_by("id").values_list("retry_count", flat=True).first()
        if retries is None:
            return None
        size = max(1, CHUNK // SHRINK**retries)
        messages = list(waiting.filter(retry_count=retries).order_by("id").values_list("message_id", flat=True)[:size])
        token = uuid.uuid4().hex
        waiting.filter(message_id__in=messages, retry_count=retries).update(
            status=Status.PROCESSING, claimed_by=token, lease_until=lease_end()
        )
        held = held_by(job, token)
        if held:
            return Claim(token, held)
        # Another worker claimed these rows first. Try again, as more rows may be due.


def held_by(job: BulkJob, token: str) -> list[BulkJobMessage]:
    """Return the rows that are still held by the claim with this token."""
    return list(rows_of(job).filter(status=Status.PROCESSING, claimed_by=token).order_by("id"))


def settle(claimed: Claim, rows: Iterable[BulkJobMessage], *, status: str, why: str = "") -> None:
    """Record the outcome of rows.

    Skip rows that the claim no longer holds because their lease expired.
    """
    _ours(claimed, rows).update(
        status=status,
        status_message=why,
        processed_at=timezone.now(),
        claimed_by="",
        lease_until=None,
        retry_after=None,
    )


def release_for_retry(claimed: Claim, rows: Iterable[BulkJobMessage], *, why: str) -> None:
    """Release rows for a retry after a pause.

    Rows that have used up their retries fail.
    """
    again: dict[int, list[BulkJobMessage]] = {}
    for row in rows:
        again.setdefault(row.retry_count, []).append(row)
    for retries, tried in again.items():
        if retries >= RETRIES_AT_MOST:
            settle(claimed, tried, status=Status.FAILED, why=f"{why}, {RETRIES_AT_MOST + 1} times")
            continue
        _ours(claimed, tried).update(
            status=Status.PENDING,
            status_message=why,
            retry_count=F("retry_count") + 1,
            retry_after=timezone.now() + timedelta(seconds=PAUSES[retries]),
            claimed_by="",
            lease_until=None,
        )


def _ours(claimed: Claim, rows: Iterable[BulkJobMessage]) -> "QuerySet[BulkJobMessage]":
    return BulkJobMessage.objects.using(DATABASE).filter(
        pk__in=[row.pk for row in rows], status=Status.PROCESSING, claimed_by=claimed.token
    )
