"""Discovery of a bulk job: walk the pages of its search and create a row for each message and recipient."""

import time
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from gateway.bulk.approval import TokenRevoked, check_approval
from gateway.models import BulkJob, BulkJobMessage, Message
from gateway.search.cursor import Cursor
from gateway.search.page import search_page
from gateway.search.params import SearchParams
from gateway.search.time_budget import SearchTooSlow, time_budget
from gateway.tokens.approval import NeedsApproval

DATABASE = "gateway"
PAGE = 500
ATTEMPTS_AT_MOST = 5
_SKIPPED = "a phish submission can't be acted on"


def discover(job: BulkJob, *, until: float) -> bool:
    """Continue the walk until it is complete or the monotonic time reaches `until`.

    Return whether it is complete. Only one worker does this at a time. A page's rows and the position of the next page
    are committed in one transaction, so each row is written exactly once even if a worker dies.
    """
    token = _claim_discovery(job)
    if token is None:
        return False
    while time.monotonic() < until:
        try:
            # The search is interrupted before the lease, which is twice as long, expires.
            with time_budget(DATABASE, settings.GATEHOUSE_JOB_LEASE):
                cursor = Cursor("older", job.discovered_to) if job.discovered_to is not None else None
                page = search_page(SearchParams.from_json(job.filters), limit=PAGE, cursor=cursor)
        except SearchTooSlow:
            fail(job, f"The search took longer than {settings.GATEHOUSE_JOB_LEASE} seconds; ask for less")
            return False
        try:
            if not _write(job, token, page.messages, last=page.older is None):
                return False
        except (NeedsApproval, TokenRevoked) as refused:
            fail(job, str(refused))
            return False
        if page.older is None:
            return True
    _release_claim(job, token)
    return False


def fail(job: BulkJob, why: str) -> None:
    """Mark a job as failed because its search failed, or because it needs a second person.

    Its rows stay pending. The worker that runs the job cancels them, or else `recovery.recover` does.
    """
    BulkJob.objects.using(DATABASE).filter(pk=job.pk, status=BulkJob.Status.DISCOVERING).update(
        status=BulkJob.Status.FAILED,
        status_message=why,
        completed_at=timezone.now(),
        claimed_by="",
        lease_until=None,
    )


def _claim_discovery(job: BulkJob) -> str | None:
    """Claim the job's discovery and return the claim's token, or None if another worker holds it.

    Mark the job as failed and return None if discovery has been tried too often.
    """
    now, token = timezone.now(), uuid.uuid4().hex
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    taken = (
        BulkJob.objects.using(DATABASE)
        .filter(
            free,
            pk=job.pk,
            status__in=(BulkJob.Status.PENDING, BulkJob.Status.DISCOVERING),
            awaits_approval=False,
        )
        .update(
            status=BulkJob.Status.DISCOVERING, claimed_by=token, lease_until=_lease_end(), attempts=F("attempts") + 1
        )
    )
    if not taken:
        return None
    BulkJob.objects.using(DATABASE).filter(pk=job.pk, started_at=None).update(started_at=now)
    job.refresh_from_db(using=DATABASE)
    if job.attempts > ATTEMPTS_AT_MOST:
        fail(job, f"The search failed {ATTEMPTS_AT_MOST} times")
        return None
    return token


def _lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=2 * settings.GATEHOUSE_JOB_LEASE)


def _write(job: BulkJob, token: str, messages: list[Message], *, last: bool) -> bool:
    """Write a page's rows and the position of the next page.

    Return False if the claim is no longer held, or the job waits for a second person from now on. Raise NeedsApproval,
    and write nothing, if it needs one and may not wait.
    """
    going_on = {"status": BulkJob.Status.DISCOVERING, "claimed_by": token, "lease_until": _lease_end()}
    done = {"status": BulkJob.Status.PROCESSING, "claimed_by": "", "lease_until": None}
    place = messages[-1].pk if messages else job.discovered_to
    with transaction.atomic(using=DATABASE):
        kept = (
            BulkJob.objects.using(DATABASE)
            .filter(pk=job.pk, status=BulkJob.Status.DISCOVERING, claimed_by=token)
            .update(discovered_to=place, attempts=0, **(done if last else going_on))
        )
        if not kept:
            return False
        BulkJobMessage.objects.using(DATABASE).bulk_create(_rows(job, messages), batch_size=500)
        may_go_on = check_approval(job, is_whole=last)
    job.discovered_to = place
    return may_go_on


def _rows(job: BulkJob, messages: Iterable[Message]) -> Iterator[BulkJobMessage]:
    now = timezone.now()
    for message in messages:
        for recipient in dict.fromkeys(message.client_recipients):
            row = BulkJobMessage(job=job, message_id=message.pk, recipient=recipient, created_at=now)
            if message.is_phish_submission:
                row.status, row.status_message, row.processed_at = BulkJobMessage.Status.SKIPPED, _SKIPPED, now
            yield row


def _release_claim(job: BulkJob, token: str) -> None:
    """Release the claim on discovery.

    The next slice starts at once and continues the walk.
    """
    BulkJob.objects.using(DATABASE).filter(pk=job.pk, claimed_by=token).update(lease_until=None, attempts=0)
