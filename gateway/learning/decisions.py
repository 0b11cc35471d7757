"""The team's decisions that the model learns from: written where they are taken, taken back by hand.

Only what a person of the team decided is written here: a reclassification that was carried out, a release, files given
to the command. A user's report is none until somebody of the team confirms it, and nothing that a stranger sends is.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from gateway.detect.verdict import BEC, BULK, MALICIOUS, NONE, SPAM, SPOOF
from gateway.learning.linear_model import HAM, PHISHING
from gateway.learning.linear_model import SPAM as SPAM_LABEL
from gateway.models import LearningExample, Message

DATABASE = "gateway"
LABEL_OF: Final = {
    MALICIOUS: PHISHING,
    BEC: PHISHING,
    SPOOF: PHISHING,
    SPAM: SPAM_LABEL,
    BULK: HAM,
    NONE: HAM,
}
"""What a requested disposition teaches. SUSPICIOUS teaches nothing: it says that somebody was not sure."""

KEPT: Final = 30_000
AT_ONCE: Final = 500
Status, Origin = LearningExample.Status, LearningExample.Origin


def note_decision(message: Message, label: str, *, origin: str, by: str) -> None:
    """Write a decision on a stored message, in the caller's transaction: it is kept if, and only if, that is.

    The same person's same decision, repeated, changes nothing, so one that was taken back stays taken back.
    """
    note_raw(
        message.raw_id,
        label,
        account_id=message.account_id,
        origin=origin,
        by=by,
        investigate_id=message.investigate_id,
    )


def note_raw(
    sha256: str,
    label: str,
    *,
    account_id: str,
    origin: str,
    by: str,
    investigate_id: str = "",
    features: bytes = b"",
    rules: float = 0.0,
    is_bulk: bool = False,
) -> bool:
    """Write a decision on a message of these bytes, and return whether it is new.

    With `features` and `rules` it is ready to be learnt; otherwise the worker reads the stored message first.
    """
    known = LearningExample.objects.using(DATABASE).filter(account_id=account_id, raw_sha256=sha256).first()
    if known is not None and (known.label, known.decided_by) == (label, by[:320]):
        return False
    LearningExample.objects.using(DATABASE).update_or_create(
        account_id=account_id,
        raw_sha256=sha256,
        defaults={
            "investigate_id": investigate_id,
            "label": label,
            "origin": origin,
            "decided_by": by[:320],
            "decided_at": timezone.now(),
            "status": Status.READY if features else Status.WAITING,
            "features": features,
            "rules": rules,
            "is_bulk": is_bulk,
            "attempts": 0,
            "note": "",
            "taken_back_at": None,
        },
    )
    return True


def decisions(
    account_id: str,
    *,
    ids: Collection[int] = (),
    by: str = "",
    since: datetime | None = None,
) -> "QuerySet[LearningExample]":
    """Return decisions, newest first: with these ids, by this person or token, since this time."""
    found = LearningExample.objects.using(DATABASE).filter(account_id=account_id)
    if ids:
        found = found.filter(pk__in=list(ids))
    if by:
        found = found.filter(decided_by=by)
    if since is not None:
        found = found.filter(decided_at__gte=since)
    return found.order_by("-decided_at", "-pk")


def take_back(found: "QuerySet[LearningExample]") -> int:
    """Take decisions back and return their number. The next version of the model is made without them."""
    return found.filter(taken_back_at=None).update(taken_back_at=timezone.now())


def forget_old(account_id: str) -> int:
    """Delete the oldest decisions beyond KEPT, and return their number. The model is made of fewer than these."""
    found = decisions(account_id).values_list("pk", flat=True)
    return LearningExample.objects.using(DATABASE).filter(pk__in=list(found[KEPT : KEPT + AT_ONCE])).delete()[0]
