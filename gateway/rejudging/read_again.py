"""Reads messages again that could not be read whole, or whose sender could not be asked for, with more time.

A reading that is as incomplete as the one before changes nothing. One that is complete replaces what the gateway knows
of the message, and its copies are released or moved as the new verdict says.
"""

import logging
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from gateway.delivery.ledger import DATABASE
from gateway.models import Message, MessageDetail, MessageIndex, TraceLine, UnreadMessage
from gateway.phishguard.late_threats import report_late_threat
from gateway.pipeline import judge_stored
from gateway.pipeline_steps.context import MessageContext
from gateway.rejudging.apply_verdict import apply_verdict
from gateway.rejudging.review import envelope_of
from gateway.store.message_detail import Detail
from gateway.store.message_rows import REREAD_FIELDS, reread
from gateway.store.raw_mail import read_raw

logger = logging.getLogger(__name__)
ATTEMPTS_AT_MOST = 3
QUESTIONS_AT_MOST = 30
"""How often DNS is asked again about a message that was read whole: for about a day."""
LONGEST_WAIT = timedelta(hours=1)
AT_ONCE = 20
LEASE = timedelta(minutes=10)
"""How long one reading may take before another worker takes it up."""


def read_unread_again() -> int:
    """Read the messages that are due, oldest first, and return their number. Safe to run twice at once."""
    now = timezone.now()
    due = UnreadMessage.objects.using(DATABASE).filter(try_after__lte=now).order_by("try_after")
    keys = list(due.values_list("pk", flat=True)[:AT_ONCE])
    for key in keys:
        claimed = due.filter(pk=key).update(attempts=F("attempts") + 1, try_after=now + LEASE)
        if claimed:
            _read(key)
    return len(keys)


def _read(key: int) -> None:
    row = UnreadMessage.objects.using(DATABASE).select_related("message__raw").get(pk=key)
    message = row.message
    try:
        known = judge_stored(
            read_raw(message.raw),
            partial(envelope_of, message),
            account_id=message.account_id,
            stored=message,
            with_patience=True,
        )
    except Exception:
        # Whatever it was, this message gets its next attempt, and the others theirs.
        logger.exception("message %s could not be read again", message.pk)
        _settle(row, ATTEMPTS_AT_MOST)
        return
    if known.outcome.unread:
        _settle(row, ATTEMPTS_AT_MOST if known.parsed.unread else QUESTIONS_AT_MOST)
        return
    report_late_threat(message, known.outcome.verdict.disposition)
    _replace(message, known)
    apply_verdict(message, known.outcome, releases=True)
    row.delete(using=DATABASE)


def _settle(row: UnreadMessage, most: int) -> None:
    """Set the time of the next attempt, twice as far away each time, at most an hour; after the last there is none."""
    is_last = row.attempts >= most
    wait = min(timedelta(minutes=2**row.attempts), LONGEST_WAIT)
    row.try_after = None if is_last else timezone.now() + wait
    row.save(using=DATABASE, update_fields=["try_after"])


def _replace(message: Message, known: MessageContext) -> None:
    """Write what the complete reading found, in the place of what was known. Verdict and copies follow after it.

    If the process dies in between, the row in UnreadMessage is still there and the message is read again.
    """
    before = Detail.unpacked(MessageDetail.objects.using(DATABASE).get(message=message).payload)
    detail, index = reread(
        message, parsed=known.parsed, outcome=known.outcome, envelope=known.envelope, trace=before.trace
    )
    with transaction.atomic(using=DATABASE):
        message.save(using=DATABASE, update_fields=REREAD_FIELDS)
        MessageDetail.objects.using(DATABASE).filter(message=message).update(payload=detail.payload)
        MessageIndex.objects.using(DATABASE).filter(message=message).update(
            subject=index.subject, words=index.words, keys=index.keys
        )
        TraceLine.objects.using(DATABASE).create(
            message=message,
            direction=TraceLine.Direction.INBOUND,
            logged_at=timezone.now(),
            text=f"{message.postfix_id}: read again, and read whole",
        )
