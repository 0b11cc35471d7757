"""Taking a message in: parse, judge, store, deliver or hold."""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from gateway.delivery.ledger import DATABASE, deliver
from gateway.detect import Envelope
from gateway.mail.isolation import parse_isolated
from gateway.mail.message import ParsedMessage
from gateway.mail.storable import storable
from gateway.models import Delivery, Message, RawMail
from gateway.phishguard.campaigns import look_back_to
from gateway.phishguard.late_threats import THREATS
from gateway.policies.outcome import evaluate
from gateway.store.policy import policy, trusted_authserv_ids
from gateway.store.raw import write_raw
from gateway.store.rows import Rows, rows
from gateway.submissions.user_reports import Reported, is_report, record, reported

logger = logging.getLogger(__name__)
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Accepted:
    """The stored message; `created` is False when an import found it stored already."""

    message: Message
    created: bool


def import_key(raw: bytes, account_id: str) -> str:
    """Return what makes an imported message the same as one imported before: its bytes, within an account."""
    return hashlib.sha256(account_id.encode() + b"\0" + raw).hexdigest()


def accept(
    raw: bytes,
    envelope: Envelope | Callable[[ParsedMessage], Envelope],
    *,
    scanned_at: datetime | None = None,
    imported: bool = False,
    keep_date: bool = False,
    authserv_ids: frozenset[str] | None = None,
) -> Accepted:
    """Store one message and deliver or hold its copies; return when it is on disk.

    `envelope` may be read from the parsed message. With `imported`, the same bytes are stored once. With `keep_date`,
    the time of scanning is that of the newest Received field. `authserv_ids` stand in for the operator's.

    If the process dies before this returns, the sender or the importer tries again: what is left is at most a raw
    file without a row, or a stored message whose delivery the beat task finishes.

    :raises OSError, django.db.DatabaseError: nothing was stored; the sender must keep the message.
    """
    account_id = settings.GATEWAY_ACCOUNT_ID
    key = import_key(raw, account_id) if imported else None
    if key is not None:
        known = Message.objects.using(DATABASE).filter(import_key=key).first()
        if known is not None:
            return Accepted(known, created=False)
    trusted = trusted_authserv_ids() if authserv_ids is None else authserv_ids
    parsed = parse_isolated(raw, trusted_authserv_ids=trusted)
    envelope = _storable(envelope if isinstance(envelope, Envelope) else envelope(parsed))
    outcome = evaluate(parsed, envelope, policy(account_id))
    found = _reported(raw, parsed, envelope, account_id)
    if found:
        outcome = replace(outcome, held=frozenset())
    moment = scanned_at or datetime.now(UTC)
    if keep_date and parsed.newest_received_at is not None:
        moment = min(_spread(parsed.newest_received_at, raw), moment)
    stored = write_raw(raw)
    for attempt in range(_TRIES):
        made = rows(
            account_id=account_id,
            raw=stored,
            parsed=parsed,
            outcome=outcome,
            envelope=envelope,
            scanned_at=moment,
            import_key=key,
        )
        if found:
            made.message.is_phish_submission, made.message.delivery_mode = True, "REVIEW_SUBMISSION"
        try:
            _save(made, found)
        except IntegrityError:
            # Either another process imported the same bytes just now, or two keys met in one microsecond.
            known = Message.objects.using(DATABASE).filter(import_key=key).first() if key else None
            if known is not None:
                return Accepted(known, created=False)
            if attempt == _TRIES - 1:
                raise
            continue
        break
    waiting = [copy for copy in made.deliveries if copy.status == Delivery.Status.QUEUED]
    if waiting:
        deliver(made.message, waiting, look_first=False)
    return Accepted(made.message, created=True)


def _storable(envelope: Envelope) -> Envelope:
    return replace(
        envelope,
        mail_from=storable(envelope.mail_from),
        recipients=tuple(storable(recipient) for recipient in envelope.recipients),
        helo=storable(envelope.helo),
    )


def _spread(moment: datetime, raw: bytes) -> datetime:
    """Received fields tell whole seconds: put messages of one second apart, each always at the same place."""
    return moment.replace(microsecond=int.from_bytes(hashlib.sha256(raw).digest()[:4], "big") % 1_000_000)


def _reported(raw: bytes, parsed: ParsedMessage, envelope: Envelope, account_id: str) -> list[Reported]:
    """Return what the message reports, if it is a report: those are never held."""
    if not is_report(parsed, envelope, policy(account_id).context):
        return []
    return reported(raw, account_id=account_id, reporter=parsed.from_address)


def _save(made: Rows, found: list[Reported]) -> None:
    with transaction.atomic(using=DATABASE):
        raw = made.message.raw
        RawMail.objects.using(DATABASE).bulk_create([raw], ignore_conflicts=True)
        made.message.save(using=DATABASE, force_insert=True)
        made.detail.save(using=DATABASE, force_insert=True)
        made.index.save(using=DATABASE, force_insert=True)
        Delivery.objects.using(DATABASE).bulk_create(made.deliveries)
        if found:
            record(made.message, made.message.from_address, found)
        elif made.message.final_disposition in THREATS:
            look_back_to(made.message.account_id, made.message.pk, made.message.scanned_at)
