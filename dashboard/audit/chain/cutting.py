"""Cut the beginning of the chain off, as retention asks, so that the rest still proves itself. See decision 20."""

from __future__ import annotations

import hmac
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import SYSTEM
from dashboard.audit.chain.canonical import canonical
from dashboard.audit.chain.rows import chain_key
from dashboard.audit.chain.sealing import DATABASE
from dashboard.audit.checkpoints import AuditCheckpoint
from dashboard.audit.models import AuditEntry
from dashboard.audit.services import record

AT_ONCE = 5000
"""Entries that one checkpoint gives up, at most."""

DELETED_AT_ONCE = 200


def cut_slice(before: datetime) -> tuple[int, bool]:
    """Delete a slice of what the last checkpoint gave up, or make the next one for entries from before a time.

    Return how many entries were deleted, and whether there may be more. If the process dies, the next call deletes what
    the checkpoint left. The last entry of the chain always stays.
    """
    last = last_checkpoint()
    if last is not None:
        old = AuditEntry.objects.filter(position__lte=last.position, at__lt=last.before).order_by("position")
        if pks := list(old.values_list("pk", flat=True)[:DELETED_AT_ONCE]):
            AuditEntry.objects.filter(pk__in=pks).delete()
            return len(pks), True
    return 0, _checkpoint(last.position if last else 0, before)


def last_checkpoint() -> AuditCheckpoint | None:
    """Return the checkpoint from which on the chain is verified, or None if it is whole."""
    return AuditCheckpoint.objects.order_by("-position").first()


def proof_of(position: int, made: str, last_id: int, before: datetime) -> str:
    """Return what shows that a checkpoint was written by who has the key."""
    content = canonical([position, made, last_id, before.timestamp()])
    return hmac.new(chain_key(), b"checkpoint:" + content, sha256).hexdigest()


def _checkpoint(after: int, before: datetime) -> bool:
    """Give up the next entries in the order of the chain that are all older than the time. Return whether any are."""
    rows = list(AuditEntry.objects.filter(position__gt=after).order_by("position")[: AT_ONCE + 1])
    cut = None
    highest = 0
    # The last of the rows stays, whatever its age: the next entry is chained to it.
    for row in rows[:-1]:
        if row.at >= before:
            break
        cut, highest = row, max(highest, row.pk)
    if cut is None or cut.position is None:
        return False
    with transaction.atomic(using=DATABASE):
        AuditCheckpoint.objects.create(
            position=cut.position,
            hash=cut.hash,
            proof=proof_of(cut.position, cut.hash, highest, before),
            last_id=highest,
            before=before,
            made_at=timezone.now(),
        )
        record(
            actor=SYSTEM,
            action=AuditAction.AUDIT_CUT,
            object_kind="audit",
            object_id=str(cut.position),
            outcome=Outcome.DONE,
            detail={"before": before.isoformat(timespec="seconds"), "entries": cut.position - after, "hash": cut.hash},
        )
    return True
