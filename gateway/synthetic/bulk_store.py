"""Store synthetic mail in bulk, thousands of messages a second, as the same rows that `accept` would write.

Messages go through the parser, the detectors and `rows` like any other mail. Left out is what makes single messages
safe but slow: the parser's isolated process, and a commit and a disk sync for each message.

A chunk is stored completely or not at all. Its copies are queued in its transaction and delivered afterwards. If the
process dies in between, the Celery beat task delivers them.
"""

import gc
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gateway.delivery import maildir
from gateway.delivery.ledger import DATABASE, file_name, mailbox_of
from gateway.detect import Envelope
from gateway.feeds.matching import has_feeds
from gateway.mail.message import ParsedMessage
from gateway.mail.parser import parse
from gateway.models import Delivery, Message, RawMail, TraceLine
from gateway.models.message import DeliveryBit
from gateway.pipeline import DECIDE, LOOK, POLICIES, run
from gateway.pipeline_steps.context import MessageContext
from gateway.store.inserting import insert
from gateway.store.message_rows import Rows, rows
from gateway.store.packs import Pack
from gateway.store.policy_cache import policy, trusted_authserv_ids
from gateway.synthetic.writing import SyntheticMail, synthetic_mail


@dataclass(frozen=True, slots=True)
class Chunk:
    """The messages `first` to `last` - 1 of `seed`.

    Message n is scanned at a random time in the nth interval of length `step` after `start`.
    """

    seed: int
    first: int
    last: int
    start: datetime
    step: timedelta
    domain: str
    mailboxes: bool

    def messages(self) -> Iterator[SyntheticMail]:
        """Generate the messages of the chunk, oldest first.

        The times have a random part that depends on the seed, so that they hardly coincide with those of another run.
        """
        for number in range(self.first, self.last):
            moment = self.start + (number + Random(f"{self.seed} {number} at").random()) * self.step  # noqa: S311 - times
            yield synthetic_mail(self.seed, number, domain=self.domain, scanned_at=moment)


def store(chunk: Chunk) -> int:
    """Store a chunk and return its number of messages."""
    gc.collect()
    pack = Pack(level=1)
    mails = list(chunk.messages())
    written = list(zip(mails, build_rows(mails, pack), strict=True))
    pack.save()
    everything = [entry for _, entry in written]
    with transaction.atomic(using=DATABASE):
        RawMail.objects.using(DATABASE).bulk_create([e.message.raw for e in everything], ignore_conflicts=True)
        insert([e.message for e in everything], using=DATABASE)
        insert([e.detail for e in everything], using=DATABASE)
        insert([e.index for e in everything], using=DATABASE)
        Delivery.objects.using(DATABASE).bulk_create([copy for e in everything for copy in e.deliveries])
    _deliver(written, mailboxes=chunk.mailboxes)
    return len(written)


def build_rows(mails: Iterable[SyntheticMail], pack: Pack) -> Iterator[Rows]:
    """Yield the rows of each message, and add its raw bytes to `pack`.

    The body of a mailing is parsed and classified once, because its messages differ only in header fields that don't
    influence the detectors. A test compares the result with that of `parse` and `judge` for each message.
    """
    account_id = settings.GATEWAY_ACCOUNT_ID
    rules, trusted, is_fed = policy(account_id), trusted_authserv_ids(), has_feeds(account_id)
    known, first = b"", ParsedMessage()
    judged: MessageContext | None = None
    for mail in mails:
        envelope = Envelope(mail.mail_from, mail.recipients, mail.client_ip, mail.helo)
        fields, _, body = mail.raw.partition(b"\r\n\r\n")
        if judged is None or body != known:
            known, first = body, parse(mail.raw, trusted_authserv_ids=trusted)
            parsed = first
            context = MessageContext(raw=mail.raw, account_id=account_id, policy=rules, has_feeds=is_fed)
            judged = run((LOOK, POLICIES), replace(context, parsed=first, envelope=envelope))
        else:
            parsed = _with_body_of(first, parse(fields + b"\r\n\r\n", trusted_authserv_ids=trusted), len(mail.raw))
        yield rows(
            account_id=account_id,
            raw=pack.add(mail.raw),
            parsed=parsed,
            outcome=run((DECIDE,), replace(judged, envelope=envelope)).outcome,
            envelope=envelope,
            scanned_at=mail.scanned_at,
        )


def _with_body_of(first: ParsedMessage, fields: ParsedMessage, size: int) -> ParsedMessage:
    """Return `first`, with the header fields that differ within a mailing replaced by those of `fields`."""
    return replace(
        first,
        headers=fields.headers,
        to=fields.to,
        message_id=fields.message_id,
        sent_at=fields.sent_at,
        sent_date=fields.sent_date,
        received=fields.received,
        newest_received_at=fields.newest_received_at,
        smtp_helo_server_ip=fields.smtp_helo_server_ip,
        smtp_helo_server_name=fields.smtp_helo_server_name,
        smtp_previous_hop_ip=fields.smtp_previous_hop_ip,
        size=size,
    )


def _deliver(written: list[tuple[SyntheticMail, Rows]], *, mailboxes: bool) -> None:
    queued = [
        (mail, entry.message, copy)
        for mail, entry in written
        for copy in entry.deliveries
        if copy.status == Delivery.Status.QUEUED
    ]
    if mailboxes:
        for mail, message, copy in queued:
            maildir.put(mailbox_of(copy), file_name(copy, message), mail.raw, look_first=False, sync=False)
    now = timezone.now()
    with transaction.atomic(using=DATABASE):
        Delivery.objects.using(DATABASE).filter(
            pk__in=[copy.pk for _, _, copy in queued], status=Delivery.Status.QUEUED
        ).update(status=Delivery.Status.DELIVERED, folder=maildir.INBOX, updated_at=now)
        Message.objects.using(DATABASE).filter(pk__in={message.pk for _, message, _ in queued}).update(
            delivery_bits=DeliveryBit.DELIVERED
        )
        lines = [
            TraceLine(
                message_id=message.pk,
                direction=TraceLine.Direction.OUTBOUND,
                logged_at=mail.scanned_at,
                text=f"delivered to {copy.recipient}: Maildir, Inbox",
            )
            for mail, message, copy in queued
        ]
        insert(lines, using=DATABASE)
