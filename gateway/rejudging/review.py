"""Reviews submissions: judges each submitted message again and records the result.

The message, or the uploaded copy of it, is parsed and judged with the current settings. The verdict is recorded in
the submission. If the submission is the team's and the verdict has changed, the verdict is applied: the message is
updated and its delivered copies are moved. Held copies stay held: whoever may release them does so by a release. A
user's report never changes the message, and neither does an uploaded file that is not the stored message byte for byte.
"""

import logging
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from gateway.delivery.ledger import DATABASE
from gateway.detect import Envelope
from gateway.importing.envelope import imported_envelope
from gateway.learning.decisions import LABEL_OF, note_decision
from gateway.mail.message import ParsedMessage
from gateway.models import LearningExample, Message, Submission, TraceLine
from gateway.phishguard.late_threats import report_late_threat
from gateway.pipeline import judge_stored
from gateway.policies.outcome import Outcome
from gateway.rejudging.apply_verdict import apply_verdict
from gateway.store.raw_mail import read_raw
from gateway.submissions.dispositions import requestable_disposition
from gateway.submissions.reasons import SIMULATION

logger = logging.getLogger(__name__)
ATTEMPTS_AT_MOST = 5
AT_ONCE = 200
_PATIENCE = timedelta(seconds=60)
AGREED, UNCHANGED, DIFFERENT = "agreed", "unchanged", "different"
_UNREADABLE = "the message could not be judged again"


def review(submission_id: UUID, *, authserv_ids: frozenset[str] | None = None) -> None:
    """Judge one submitted message again, unless it is done or another worker has claimed the submission.

    `authserv_ids` replace the servers that the operator trusts. A judgement that fails is retried later, up to
    `ATTEMPTS_AT_MOST` times in total. If the process dies, the submission is retried after its lease.
    """
    now = timezone.now()
    taken = _waiting().filter(pk=submission_id).update(attempts=F("attempts") + 1, try_after=now + _PATIENCE)
    if not taken:
        return
    row = Submission.objects.using(DATABASE).select_related("message__raw", "eml").get(pk=submission_id)
    try:
        outcome = _judged(row, authserv_ids)
        disposition = outcome.verdict.disposition
        if row.message is not None and is_stored_message(row):
            report_late_threat(row.message, disposition)
            if row.type == Submission.Type.TEAM and requestable_disposition(disposition) != row.original_disposition:
                apply_verdict(row.message, outcome, releases=False)
    except Exception:
        # Any error leaves the submission to a later retry, and must not stop the review of the others.
        logger.exception("submission %s could not be judged", submission_id)
        if row.attempts >= ATTEMPTS_AT_MOST:
            _settle(row, status=Submission.Status.FAILED, outcome=_UNREADABLE, disposition="")
        return
    _settle(row, status=Submission.Status.COMPLETED, outcome=_outcome(row, disposition), disposition=disposition)


def review_waiting(*, authserv_ids: frozenset[str] | None = None) -> int:
    """Judge at most `AT_ONCE` waiting submissions, oldest first, and return their number. Safe to run twice at once."""
    waiting = list(_waiting().order_by("requested_at").values_list("pk", flat=True)[:AT_ONCE])
    for key in waiting:
        review(key, authserv_ids=authserv_ids)
    return len(waiting)


def _waiting() -> "QuerySet[Submission]":
    free = Q(try_after=None) | Q(try_after__lte=timezone.now())
    return Submission.objects.using(DATABASE).filter(free, status=Submission.Status.SUBMITTED)


def is_stored_message(row: Submission) -> bool:
    """Return whether what was submitted is the stored message: without a file, or with a file of the same SHA-256."""
    return row.message is not None and (row.eml_id is None or row.eml_id == row.message.raw_id)


def _judged(row: Submission, authserv_ids: frozenset[str] | None) -> Outcome:
    stored = row.eml or (row.message.raw if row.message is not None else None)
    if stored is None:
        raise LookupError("nothing was submitted")
    return judge_stored(
        read_raw(stored),
        partial(envelope_of, row.message),
        account_id=row.account_id,
        stored=row.message if is_stored_message(row) else None,
        authserv_ids=authserv_ids,
    ).outcome


def envelope_of(message: Message | None, parsed: ParsedMessage) -> Envelope:
    """Return the envelope that a message arrived with; for one that is not stored, as its header fields tell it."""
    if message is None:
        return imported_envelope(parsed)
    return Envelope(
        mail_from=message.envelope_from,
        recipients=tuple(message.client_recipients),
        client_ip=message.smtp_helo_server_ip,
        helo=message.smtp_helo_server_name or "",
    )


def _teach(row: Submission, status: str) -> None:
    """Let the model learn what the team decided on a stored message, in the transaction that settles the decision."""
    label = LABEL_OF.get(row.requested_disposition)
    if status == Submission.Status.COMPLETED and label and row.message is not None and is_stored_message(row):
        note_decision(row.message, label, origin=LearningExample.Origin.RECLASSIFIED, by=row.requested_by)


def _outcome(row: Submission, disposition: str) -> str:
    """Compare the new disposition with the requested one and with the original one, and return the outcome.

    That of the report of a known simulation stays what it was from the beginning.
    """
    if row.outcome == SIMULATION:
        return SIMULATION
    found = requestable_disposition(disposition)
    if found == row.requested_disposition:
        return AGREED
    return UNCHANGED if found == row.original_disposition else DIFFERENT


def _settle(row: Submission, *, status: str, outcome: str, disposition: str) -> None:
    result = {"outcome": outcome, "outcome_disposition": requestable_disposition(disposition)}
    is_team = row.type == Submission.Type.TEAM
    reviewed = {"customer_status": Submission.CustomerStatus.REVIEWED} if is_team else {}
    mine = Submission.objects.using(DATABASE).filter(pk=row.pk, status=Submission.Status.SUBMITTED)
    with transaction.atomic(using=DATABASE):
        if not mine.update(status=status, try_after=None, **result, **reviewed):
            return
        if row.message is not None and not is_stored_message(row):
            TraceLine.objects.using(DATABASE).create(
                message=row.message,
                direction=TraceLine.Direction.INBOUND,
                logged_at=timezone.now(),
                text=f"submission {row.pk}: the uploaded file is not this message; its verdict changes nothing here",
            )
        if is_team:
            _teach(row, status)
            # The user's report that was escalated shows the same outcome.
            Submission.objects.using(DATABASE).filter(escalated_to=row).update(**result)
