"""Claims job items with conditional updates, so that only one of several workers holds each item."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from dashboard.jobs.models import Job, JobItem
from dashboard.jobs.states import ItemState
from dashboard.leases import lease_end

ATTEMPTS_AT_MOST = 5
SHRINK = 8
"""Divisor of the chunk size for each attempt whose outcome was unknown. So an item that makes the server fail does not
fail the others with it forever."""
CALLS_AT_ONCE = 20
"""Maximum number of calls whose items are claimed together, if one call takes few items."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Items that one worker holds under one token until the lease expires."""

    token: str
    items: list[JobItem]


def chunk_size(attempts: int) -> int:
    """Return the maximum number of items in a chunk after this many attempts."""
    size: int = settings.GATEHOUSE_JOB_CHUNK
    return max(1, size // int(SHRINK**attempts))


def claim_pending(job: Job, *, at_most: int) -> Claim | None:
    """Claim the next pending items of a job. Return None if there are none.

    All items of a claim have the same folder and the same number of attempts. If a call takes fewer items than a chunk
    (`at_most`), the items of several calls are claimed at once, but no more than can be sent within a lease.
    """
    while True:
        waiting = job.items.filter(state=ItemState.PENDING)
        first = waiting.order_by("id").values("attempts", "destination").first()
        if first is None:
            return None
        size = min(chunk_size(first["attempts"]), at_most * CALLS_AT_ONCE)
        chunk = list(waiting.filter(**first).order_by("id")[:size])
        held = _claim_items(chunk, Q(state=ItemState.PENDING), state=ItemState.CLAIMED)
        if held.items:
            return held
        # Another worker claimed these items first. There may be more after them.


def claim_unknown(job: Job) -> Claim | None:
    """Claim unknown items that are due to be read back. They stay unknown meanwhile. Return None if there are none."""
    now = timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    due = Q(state=ItemState.UNKNOWN, check_after__lte=now) & free
    chunk = list(job.items.filter(due).order_by("id")[: settings.GATEHOUSE_JOB_CHUNK])
    held = _claim_items(chunk, due, state=ItemState.UNKNOWN) if chunk else None
    return held if held and held.items else None


def _claim_items(items: list[JobItem], free: Q, *, state: ItemState) -> Claim:
    token, until = uuid.uuid4().hex, lease_end()
    ids = [item.pk for item in items]
    held = JobItem.objects.filter(free, id__in=ids).update(state=state, claimed_by=token, lease_until=until)
    if held < len(items):
        return Claim(token, list(JobItem.objects.filter(claimed_by=token, id__in=ids).order_by("id")))
    for item in items:
        item.state, item.claimed_by, item.lease_until = state, token, until
    return Claim(token, items)


def mark_sent(claim: Claim, items: Sequence[JobItem]) -> list[JobItem]:
    """Mark items as sent, before the call. Return those that the claim still holds.

    The time of the first attempt is kept, since any effect after it may be ours. The lease of the claim's other items
    is renewed, so that they are still held when their turn comes. If the worker dies after this, the items become
    unknown when the lease expires.
    """
    now, until = timezone.now(), lease_end()
    ids = [item.pk for item in items]
    sent = JobItem.objects.filter(id__in=ids, claimed_by=claim.token, state=ItemState.CLAIMED).update(
        state=ItemState.SENT,
        lease_until=until,
        attempts=F("attempts") + 1,
        attempted_at=Coalesce(F("attempted_at"), now),
    )
    if len(claim.items) > len(items):
        _items_of(claim).filter(state=ItemState.CLAIMED).update(lease_until=until)
    if sent < len(items):
        return list(JobItem.objects.filter(id__in=ids, claimed_by=claim.token, state=ItemState.SENT).order_by("id"))
    for item in items:
        item.state, item.lease_until = ItemState.SENT, until
        item.attempts, item.attempted_at = item.attempts + 1, item.attempted_at or now
    return list(items)


def undo_mark_sent(claim: Claim, items: Sequence[JobItem], *, state: ItemState) -> None:
    """Undo `mark_sent` if the server certainly did not act.

    The items become CLAIMED, to be sent in other calls, or PENDING.
    """
    kept = {"claimed_by": claim.token, "lease_until": lease_end()}
    freed = {"claimed_by": "", "lease_until": None}
    JobItem.objects.filter(
        id__in=[item.pk for item in items], claimed_by=claim.token, state__in=[ItemState.SENT, ItemState.UNKNOWN]
    ).update(
        state=state,
        attempts=F("attempts") - 1,
        check_after=None,
        **(kept if state == ItemState.CLAIMED else freed),
    )
    for item in items:
        item.attempts -= 1


def release_unsent(claim: Claim) -> None:
    """Set the claimed items that were not sent to PENDING again."""
    _items_of(claim).filter(state=ItemState.CLAIMED).update(state=ItemState.PENDING, claimed_by="", lease_until=None)


def release_unknown(claim: Claim) -> None:
    """Release the unknown items that were not read back, so that another worker can claim them."""
    _items_of(claim).filter(state=ItemState.UNKNOWN).update(lease_until=None)


def _items_of(claim: Claim) -> QuerySet[JobItem]:
    return JobItem.objects.filter(id__in=[item.pk for item in claim.items], claimed_by=claim.token)
