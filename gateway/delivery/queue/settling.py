"""Writes what became of rows that were sent: delivered, deferred until later, or never."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gateway.delivery import maildir
from gateway.delivery.failures import is_worth_telling
from gateway.delivery.next_hop.results import Outcome, Result, plain
from gateway.delivery.queue.bouncing import tell_sender
from gateway.delivery.queue.claiming import Claim
from gateway.delivery.queue.reporting import asked_of, tell_progress
from gateway.delivery.statuses import finish_release, write_delivery_fields
from gateway.metrics import SENT
from gateway.models import Bounce, Delivery, Message, TraceLine
from gateway.models.delivery import WAITING

DATABASE = "gateway"
LONGEST_PAUSE: Final = 4 * 3600.0
_CHANGING: Final = ("delivery_bits", "is_quarantined", "operation_bits")
"""What others change of a message while its copies are sent."""
_SENDING: Final = (
    "status",
    "claim",
    "claimed_until",
    "sending_at",
    "last_reply",
    "next_try_at",
    "answers_lost",
)
_SETTLED: Final[dict[type, tuple[str, ...]]] = {
    Delivery: (*_SENDING, "folder", "notice", "updated_at"),
    Bounce: _SENDING,
}


def settle(claim: Claim, results: Mapping[str, Result]) -> None:
    """Write the results of a claim in one transaction, and let its rows go.

    If the process dies before, the rows are claimed by another after the lease; those whose answer was on its way are
    sent again.
    """
    now = timezone.now()
    with transaction.atomic(using=DATABASE):
        # Two hops of one message settle one after the other, so that the message's fields show both.
        message = claim.message
        message.refresh_from_db(fields=_CHANGING, from_queryset=Message.objects.using(DATABASE).select_for_update())
        held = claim.kind._default_manager.using(DATABASE).filter(claim=claim.token, status__in=WAITING)
        rows = {row.pk: row for row in held}
        failed, settled = [], list[tuple[Delivery, Result]]()
        for row in rows.values():
            result = results.get(row.recipient) or Result(Outcome.DEFERRED, "it was not sent")
            row.claim, row.claimed_until, row.sending_at, row.last_reply = "", None, None, result.words
            if _write(row, result, message, now) and isinstance(row, Delivery):
                failed.append((row, Result(Outcome.REFUSED, row.last_reply)))
            if isinstance(row, Delivery):
                settled.append((row, result))
            SENT.labels(result.outcome.value).inc()
        fail(message, failed, now)
        for row in rows.values():
            row.save(using=DATABASE, update_fields=_SETTLED[claim.kind])
        if claim.kind is Delivery:
            tell_progress(message, settled, now)
            write_delivery_fields(message)
            finish_release(message, now)


def _write(row: Delivery | Bounce, result: Result, message: Message, now: datetime) -> bool:
    """Set a row's status and tell of it. Return whether it will never be delivered."""
    if result.outcome == Outcome.DELIVERED:
        row.status = "delivered"
        if isinstance(row, Delivery):
            row.folder = maildir.INBOX
        _trace(message, now, f"delivered to {row.recipient}: {row.next_hop} answered {result.words}")
        return False
    if result.outcome == Outcome.REFUSED:
        _trace(message, now, f"not delivered to {row.recipient}: {row.next_hop} answered {result.words}")
    elif row.expires_at is not None and now >= row.expires_at:
        row.last_reply = plain(f"not taken within {settings.GATEWAY_QUEUE_DAYS} days; the last time: {result.words}")
        _trace(message, now, f"not delivered to {row.recipient}: {row.last_reply}")
    else:
        _defer(row, result, message, now)
        return False
    row.status = "bounced"
    return True


def _defer(row: Delivery | Bounce, result: Result, message: Message, now: datetime) -> None:
    row.status = "deferred"
    row.next_try_at = now + timedelta(seconds=pause_after(row.attempts))
    if result.outcome == Outcome.UNKNOWN:
        row.answers_lost += 1
        _trace(
            message,
            now,
            f"the answer of {row.next_hop} for {row.recipient} was lost ({result.words}): "
            "sent again since the answer was lost; it may arrive twice",
        )
    elif is_worth_telling(row.attempts):
        _trace(
            message,
            now,
            f"deferred for {row.recipient}, attempt {row.attempts}: {result.words}; "
            f"next try at {row.next_try_at:%Y-%m-%d %H:%M:%S} UTC",
        )


def fail(message: Message, failed: list[tuple[Delivery, Result]], now: datetime) -> None:
    """Tell the sender that copies are not delivered, where that is right; else say why not. Rows are not saved."""
    if failed:
        notice = tell_sender(message, failed, now, asked=asked_of(message))
        for row, _ in failed:
            row.notice = notice
        _trace(message, now, notice)


def pause_after(attempts: int) -> float:
    """Return the seconds until the next try: twice as long each time, up to LONGEST_PAUSE, and a third by chance."""
    grown: float = min(LONGEST_PAUSE, settings.GATEWAY_QUEUE_PAUSE * 2.0 ** min(max(attempts, 1) - 1, 16))
    return grown * (1 + secrets.randbelow(1000) / 3000)


def _trace(message: Message, now: datetime, text: str) -> None:
    TraceLine.objects.using(DATABASE).create(
        message=message, direction=TraceLine.Direction.OUTBOUND, logged_at=now, text=text
    )
