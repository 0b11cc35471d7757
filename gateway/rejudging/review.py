"""Judging a submitted message again, and writing down what came of it.

The message is read and judged as if it came now, by today's settings; an uploaded copy is judged in its place. The
verdict is recorded with the submission. When the team asked and the verdict is another one than before, it takes
effect: the message gets it, and its copies go where they now belong. A user's report changes nothing by itself.
"""

import logging
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from gateway.delivery.ledger import DATABASE
from gateway.detect import Envelope
from gateway.importing.envelope import imported_envelope
from gateway.mail.isolation import parse_isolated
from gateway.mail.message import ParsedMessage
from gateway.models import Message, Submission
from gateway.phishguard.late_threats import found_late
from gateway.policies.effects import Outcome, evaluate
from gateway.rejudging.effect import put_right
from gateway.store.policy import policy, trusted_authserv_ids
from gateway.store.raw import read_raw
from gateway.submissions.dispositions import asked_for

logger = logging.getLogger(__name__)
ATTEMPTS_AT_MOST = 5
AT_ONCE = 200
_PATIENCE = timedelta(seconds=60)
AGREED, UNCHANGED, DIFFERENT = "agreed", "unchanged", "different"
_UNREADABLE = "the message could not be judged again"


def review(submission_id: UUID, *, authserv_ids: frozenset[str] | None = None) -> None:
    """Judge one submitted message again, unless that was done or another worker is at it.

    `authserv_ids` stand in for the servers that the operator trusts. A judgement that fails is tried again later.
    """
    now = timezone.now()
    taken = _waiting().filter(pk=submission_id).update(attempts=F("attempts") + 1, try_after=now + _PATIENCE)
    if not taken:
        return
    row = Submission.objects.using(DATABASE).select_related("message__raw", "eml").get(pk=submission_id)
    try:
        outcome = _judged(row, trusted_authserv_ids() if authserv_ids is None else authserv_ids)
        disposition = outcome.verdict.disposition
        if row.message is not None:
            found_late(row.message, disposition)
            if row.type == Submission.Type.TEAM and asked_for(disposition) != row.original_disposition:
                put_right(row.message, outcome)
    except Exception:
        # Whatever it was, this submission gets another chance, and the others theirs.
        logger.exception("submission %s could not be judged", submission_id)
        if row.attempts >= ATTEMPTS_AT_MOST:
            _settle(row, status=Submission.Status.FAILED, outcome=_UNREADABLE, disposition="")
        return
    _settle(row, status=Submission.Status.COMPLETED, outcome=_outcome(row, disposition), disposition=disposition)


def review_waiting(*, authserv_ids: frozenset[str] | None = None) -> int:
    """Judge what waits, oldest first; return how many there were. Safe to run twice at once."""
    waiting = list(_waiting().order_by("requested_at").values_list("pk", flat=True)[:AT_ONCE])
    for key in waiting:
        review(key, authserv_ids=authserv_ids)
    return len(waiting)


def _waiting() -> "QuerySet[Submission]":
    free = Q(try_after=None) | Q(try_after__lte=timezone.now())
    return Submission.objects.using(DATABASE).filter(free, status=Submission.Status.SUBMITTED)


def _judged(row: Submission, authserv_ids: frozenset[str]) -> Outcome:
    stored = row.eml or (row.message.raw if row.message is not None else None)
    if stored is None:
        raise LookupError("nothing was submitted")
    parsed = parse_isolated(read_raw(stored), trusted_authserv_ids=authserv_ids)
    return evaluate(parsed, _envelope(row.message, parsed), policy(row.account_id))


def _envelope(message: Message | None, parsed: ParsedMessage) -> Envelope:
    if message is None:
        return imported_envelope(parsed)
    return Envelope(
        mail_from=message.envelope_from,
        recipients=tuple(message.client_recipients),
        client_ip=message.smtp_helo_server_ip,
    )


def _outcome(row: Submission, disposition: str) -> str:
    """Return whether the judgement agrees with what was asked for, else with what the message was judged before."""
    found = asked_for(disposition)
    if found == row.requested_disposition:
        return AGREED
    return UNCHANGED if found == row.original_disposition else DIFFERENT


def _settle(row: Submission, *, status: str, outcome: str, disposition: str) -> None:
    result = {"outcome": outcome, "outcome_disposition": asked_for(disposition)}
    is_team = row.type == Submission.Type.TEAM
    reviewed = {"customer_status": Submission.CustomerStatus.REVIEWED} if is_team else {}
    mine = Submission.objects.using(DATABASE).filter(pk=row.pk, status=Submission.Status.SUBMITTED)
    with transaction.atomic(using=DATABASE):
        if not mine.update(status=status, try_after=None, **result, **reviewed):
            return
        if is_team:
            # Who reported the message sees what came of it.
            Submission.objects.using(DATABASE).filter(escalated_to=row).update(**result)
