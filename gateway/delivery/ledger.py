"""Delivery of messages to mailboxes: exactly one copy for each message and recipient, even if the process dies.

The ledger is the table of `Delivery` rows, one for each copy.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from gateway.delivery import maildir
from gateway.delivery.failures import Failure, is_worth_telling, reason_of
from gateway.delivery.next_hop.results import Outcome, Result
from gateway.delivery.queue.entering import enter_queue
from gateway.delivery.queue.reporting import tell_progress
from gateway.delivery.statuses import finish_release, update_delivery_fields
from gateway.models import ActionLog, Delivery, Message, TraceLine
from gateway.store.light_transactions import light_transaction
from gateway.store.raw_mail import read_raw

logger = logging.getLogger(__name__)
DATABASE = "gateway"
_IN_THE_MAILBOX: Final = Result(Outcome.DELIVERED, "in the mailbox")


def mailbox_of(delivery: Delivery) -> Path:
    """Return the Maildir of the recipient of `delivery`."""
    return maildir.mailbox(Path(settings.GATEWAY_MAILBOXES), delivery.recipient)


def file_name(delivery: Delivery, message: Message) -> str:
    """Return the Maildir file name of this copy.

    The name depends only on stored data, so it never changes.
    """
    return f"{int(message.scanned_at.timestamp())}.D{delivery.pk}.{message.postfix_id}"


def deliver(message: Message, deliveries: Iterable[Delivery], *, look_first: bool) -> list[Delivery]:
    """Write the queued copies of `message` to their mailboxes and mark them as delivered; queue those with a next hop.

    Return those delivered. If the message can't be read or a mailbox can't be written, the copy stays queued and its
    attempt is counted and told. The Celery beat task retries it.
    """
    content: bytes | None = None
    done = []
    for delivery in enter_queue(message, deliveries):
        try:
            if content is None:
                content = read_raw(message.raw)
            maildir.put(mailbox_of(delivery), file_name(delivery, message), content, look_first=look_first)
        except OSError as error:
            logger.error("copy %s stays queued: %s", delivery.pk, error)
            note_failure(message, delivery, error)
            continue
        done.append(delivery)
    if done:
        _mark_delivered(message, done)
    return done


def note_failure(message: Message, delivery: Delivery, error: OSError) -> None:
    """Count a failed attempt and tell of it in the trace, and in the action log if the message was released."""
    now = timezone.now()
    with transaction.atomic(using=DATABASE):
        Delivery.objects.using(DATABASE).filter(pk=delivery.pk).update(attempts=F("attempts") + 1)
        attempt: int = Delivery.objects.using(DATABASE).values_list("attempts", flat=True).get(pk=delivery.pk)
        if not is_worth_telling(attempt):
            return
        failed = Failure("failed", reason_of(error)).words
        TraceLine.objects.using(DATABASE).create(
            message=message,
            direction=TraceLine.Direction.OUTBOUND,
            logged_at=now,
            text=f"not delivered to {delivery.recipient}, attempt {attempt}: {failed}",
        )
        release = (
            ActionLog.objects.using(DATABASE)
            .filter(message=message, operation=ActionLog.Operation.QUARANTINE_RELEASE, completed_at__isnull=True)
            .first()
        )
        if release is not None:
            ActionLog.objects.using(DATABASE).create(
                message=message,
                operation=release.operation,
                started_at=now,
                completed_at=now,
                success=False,
                status=f"{failed} (attempt {attempt})",
                properties={**release.properties, "folder": maildir.INBOX},
            )


def _mark_delivered(message: Message, done: list[Delivery]) -> None:
    """Write that copies were delivered. After a power cut they may count as queued: the beat task finds their files."""
    now = timezone.now()
    with light_transaction(DATABASE):
        Delivery.objects.using(DATABASE).filter(
            pk__in=[delivery.pk for delivery in done], status=Delivery.Status.QUEUED
        ).update(status=Delivery.Status.DELIVERED, folder=maildir.INBOX, updated_at=now)
        TraceLine.objects.using(DATABASE).bulk_create(
            TraceLine(
                message=message,
                direction=TraceLine.Direction.OUTBOUND,
                logged_at=now,
                text=f"delivered to {delivery.recipient}: Maildir, Inbox",
            )
            for delivery in done
        )
        # Another process may have finished the same copies: the lock has one after the other look what was told.
        locked = Message.objects.using(DATABASE).select_for_update().get(pk=message.pk)
        update_delivery_fields(message)
        tell_progress(locked, [(delivery, _IN_THE_MAILBOX) for delivery in done], now)
        finish_release(message, now)


def deliver_overdue(*, older_than: timedelta = timedelta(seconds=30), limit: int = 500) -> int:
    """Finish interrupted deliveries and return how many were finished.

    Called by Celery beat; idempotent.
    """
    waiting = (
        Delivery.objects.using(DATABASE)
        .filter(status=Delivery.Status.QUEUED, next_try_at__isnull=True, updated_at__lt=timezone.now() - older_than)
        .select_related("message__raw")
        .order_by("updated_at")[:limit]
    )
    by_message: dict[int, list[Delivery]] = {}
    for delivery in waiting:
        by_message.setdefault(delivery.message_id, []).append(delivery)
    done = 0
    for deliveries in by_message.values():
        done += len(deliver(deliveries[0].message, deliveries, look_first=True))
    return done
