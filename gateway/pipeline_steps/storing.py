"""Steps that keep a message: its bytes on disk, its rows in one transaction, and its copies in the mailboxes."""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from gateway.delivery import maildir
from gateway.delivery.ledger import DATABASE, deliver
from gateway.delivery.queue.entering import enter_at_once
from gateway.delivery.queue.lanes import outbound_lane
from gateway.delivery.together import NewCopies, deliver_new
from gateway.history.changes import Changes, changes_of, together
from gateway.history.recording import record
from gateway.models import (
    Delivery,
    Message,
    NotificationRequest,
    RawMail,
    UnreadMessage,
)
from gateway.phishguard.campaigns import look_back_to
from gateway.phishguard.late_threats import THREATS
from gateway.pipeline_steps.context import MessageContext
from gateway.routes.route import RouteInvalid
from gateway.store.inserting import insert
from gateway.store.message_rows import Rows, rows
from gateway.store.raw_mail import write_raw
from gateway.submissions.report_mail import counts_as_report, is_addressed_as_report, is_automatic
from gateway.submissions.reported_messages import reported
from gateway.submissions.user_reports import record as record_reports

logger = logging.getLogger(__name__)
_TRIES = 5
_NOT_COUNTED: Final = (
    "not counted as a report: no trusted server's results prove the sender, and no peer in GATEWAY_RELAY_NETWORKS "
    "handed it over from inside"
)
_AUTOMATIC: Final = "not counted as a report: a program or a list sent it, not a person"
READ_AGAIN = timedelta(minutes=1)
"""When a message that could not be read whole, or its sender not asked for, is read again for the first time."""


def find_imported(known: MessageContext) -> Mapping[str, Any]:
    """Find the message that an earlier import stored of the same bytes; then no further step is taken.

    Only imports have a key. If the step is lost, `store` finds the message by the key's uniqueness.
    """
    found = _imported(known.import_key)
    return {} if found is None else {"stored": found, "created": False}


def recognise_report(known: MessageContext) -> Mapping[str, Any]:
    """Recognise a user's report, and find the messages that it is about. A report is never held.

    One whose sender is not proven, or that a program sent, is ordinary mail, and its trace says so. One of which
    nothing can be used is ordinary mail too, and is listed as an invalid submission. If the step is lost, every report
    is ordinary mail: it may be held, and the team does not hear of it.
    """
    # The report itself comes another way: its copy would count a second time.
    if known.is_delivered_elsewhere or not is_addressed_as_report(known.parsed, known.envelope, known.policy.context):
        return {}
    if not counts_as_report(known.evidence):
        return {"verdict": replace(known.verdict, trace=(*known.verdict.trace, _NOT_COUNTED))}
    if is_automatic(known.parsed, known.envelope):
        return {"verdict": replace(known.verdict, trace=(*known.verdict.trace, _AUTOMATIC))}
    found = reported(known.raw, known.parsed, account_id=known.account_id, reporter=known.parsed.from_address)
    return {"reported": tuple(found), **({"held": frozenset()} if any(not one.unusable for one in found) else {})}


# No mail was scanned earlier; a Received field with such a date is wrong.
_EARLIEST: Final = datetime(1970, 1, 2, tzinfo=UTC)


def set_time(known: MessageContext) -> Mapping[str, Any]:
    """Set the time of scanning: the caller's, else now; for an import that keeps dates, the newest Received field's.

    If the step is lost, nothing has been stored.
    """
    moment = known.scanned_at or datetime.now(UTC)
    newest = known.parsed.newest_received_at
    if known.keep_date and newest is not None and newest >= _EARLIEST:
        moment = min(_spread(newest, known.raw), moment)
    return {"scanned_at": moment}


def keep_raw(known: MessageContext) -> Mapping[str, Any]:
    """Write the raw bytes to the file storage, by their hash.

    If the step fails, nothing has been stored. If the process dies after it, a file without a row is left, and the next
    attempt for the same bytes uses it.
    """
    return {"raw_row": write_raw(known.raw)}


def store(known: MessageContext) -> Mapping[str, Any]:
    """Write the rows of the message, its copies and what it reports, in one transaction.

    From here on the message is stored: if the process dies after this step, the sender or the importer may send it
    again, and the beat task delivers the copies that are queued. If the step fails, nothing has been stored.
    """
    for attempt in range(_TRIES):
        new = new_message(known)
        try:
            save([new])
        except IntegrityError:
            # Either another process imported the same bytes just now, or two keys met in one microsecond.
            found = _imported(known.import_key)
            if found is not None:
                return {"stored": found, "created": False}
            if attempt == _TRIES - 1:
                raise
            continue
        break
    return {"stored": new.rows.message, "copies": tuple(new.rows.deliveries)}


def deliver_copies(known: MessageContext) -> Mapping[str, Any]:
    """Deliver the copies that are not held.

    If the step fails or is lost, they stay queued and the beat task delivers them: each exactly once, by the ledger.
    The message is stored: an error here must not refuse it, or its sender would send it a second time.
    """
    waiting = [copy for copy in known.copies if copy.status == Delivery.Status.QUEUED]
    if waiting and known.stored is not None:
        try:
            if known.asked:
                # Whoever asked for notices is told of each copy.
                deliver(known.stored, waiting, look_first=False)
            else:
                deliver_new([NewCopies(known.stored, known.raw, known.copies)])
        except (DatabaseError, OSError, RouteInvalid):
            logger.exception("the copies of %s stay queued", known.stored.pk)
    return {}


def _imported(key: str | None) -> Message | None:
    return Message.objects.using(DATABASE).filter(import_key=key).first() if key else None


def _spread(moment: datetime, raw: bytes) -> datetime:
    """Add microseconds from the hash of the bytes.

    Received fields have whole seconds. So messages of the same second get different times, and each always the same.
    """
    return moment.replace(microsecond=int.from_bytes(hashlib.sha256(raw).digest()[:4], "big") % 1_000_000)


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message as it is going to be stored: its rows, what is known of it, and what it adds to the history."""

    rows: Rows
    known: MessageContext
    changes: Changes


def new_message(known: MessageContext) -> NewMessage:
    """Return a message with a new key, unsaved."""
    assert known.raw_row is not None and known.scanned_at is not None  # noqa: S101, PT018 - the steps before set both
    made = rows(
        account_id=known.account_id,
        raw=known.raw_row,
        parsed=known.parsed,
        outcome=known.outcome,
        envelope=known.envelope,
        scanned_at=known.scanned_at,
        import_key=known.import_key,
        delivery_mode=known.delivery_mode,
        delivered_to=maildir.INBOX if known.is_delivered_elsewhere else "",
    )
    if known.envelope.from_own_peer:
        for copy in made.deliveries:
            copy.next_hop = outbound_lane(known.envelope.mail_from, copy.recipient)
    if known.reports_something:
        made.message.is_phish_submission, made.message.delivery_mode = True, "REVIEW_SUBMISSION"
    return NewMessage(made, known, changes_of(made.message, known.evidence))


def save(new: Sequence[NewMessage]) -> None:
    """Write the rows of new messages in one transaction: all of them are stored, or none.

    :raises IntegrityError: one of them is stored already, or has the key of another one.
    """
    messages = [one.rows.message for one in new]
    raws = {message.raw_id: message.raw for message in messages}
    with transaction.atomic(using=DATABASE):
        # In the order of their keys, so that no two transactions wait for each other.
        RawMail.objects.using(DATABASE).bulk_create([raws[key] for key in sorted(raws)], ignore_conflicts=True)
        insert(messages, using=DATABASE)
        insert([one.rows.detail for one in new], using=DATABASE)
        insert([one.rows.index for one in new], using=DATABASE)
        queued = [line for one in new for line in enter_at_once(one.rows.message, one.rows.deliveries)]
        Delivery.objects.using(DATABASE).bulk_create([copy for one in new for copy in one.rows.deliveries])
        asked = [NotificationRequest.row(one.rows.message, one.known.asked) for one in new if one.known.asked]
        NotificationRequest.objects.using(DATABASE).bulk_create(asked)
        insert(queued, using=DATABASE)
        try_after = timezone.now() + READ_AGAIN
        unread = [one.rows.message for one in new if one.known.outcome.unread]
        UnreadMessage.objects.using(DATABASE).bulk_create(
            [UnreadMessage(message=message, try_after=try_after) for message in unread]
        )
        record(together(one.changes for one in new))
        for one in new:
            record_reports(one.rows.message, one.rows.message.from_address, one.known.reported)
        _look_back(new)


def _look_back(new: Sequence[NewMessage]) -> None:
    messages = [one.rows.message for one in new if not one.known.reports_something]
    threats = [message for message in messages if message.final_disposition in THREATS]
    if threats:
        oldest = min(threats, key=lambda message: message.pk)
        look_back_to(oldest.account_id, oldest.pk, oldest.scanned_at)
