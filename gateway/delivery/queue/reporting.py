"""Tells senders who asked for it (RFC 3461) that copies were delivered, went on, or are late, and that they failed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from gateway.delivery.next_hop.results import Outcome, Result
from gateway.delivery.queue.bouncing import tell_sender
from gateway.mail.notification_request import DELAY, NEVER, NOTHING_ASKED, SUCCESS, DsnRequest, RecipientRequest
from gateway.models import Bounce, Delivery, Message, NotificationRequest, TraceLine
from gateway.models.delivery import WAITING
from gateway.models.message import OperationBit

DATABASE = "gateway"
DELAYED_AFTER: Final = timedelta(hours=4)
"""How long a copy waits before its sender hears of it: what most servers have."""
LMTP: Final = "lmtp://"
_SUCCESSES: Final = (Bounce.Kind.DELIVERED, Bounce.Kind.RELAYED)
Settled = Sequence[tuple[Delivery, Result]]


def asked_of(message: Message) -> DsnRequest:
    """Return what the sender of a message asked to be told. It never changes, and is read once."""
    row: NotificationRequest | None = getattr(message, "notification_request", None)
    return NOTHING_ASKED if row is None else row.asked


def passed_on(message: Message) -> DsnRequest:
    """Return what the next hop is asked for: of mail that was held, that it tells nobody anything."""
    if not message.is_quarantined and not message.operation_bits & OperationBit.QUARANTINE_RELEASE:
        return asked_of(message)
    return DsnRequest(recipients={one: RecipientRequest(NEVER) for one in message.client_recipients})


def tell_progress(message: Message, settled: Settled, now: datetime) -> None:
    """Queue the notices about copies that have arrived or are late, in the caller's transaction.

    `settled` are copies with their new status. The caller has locked the message's row, so that each copy is told of
    once, whoever else settles copies of it.
    """
    asked = asked_of(message)
    if not asked:
        return
    for kind in (Bounce.Kind.DELIVERED, Bounce.Kind.RELAYED, Bounce.Kind.DELAYED):
        due = [(copy, result) for copy, result in settled if _kind(copy, result, message, asked, now) == kind]
        told = _told_before(message, _SUCCESSES if kind in _SUCCESSES else (kind,)) if due else set()
        due = [(copy, result) for copy, result in due if copy.recipient not in told]
        if due:
            said = tell_sender(message, due, now, asked=asked, kind=kind)
            TraceLine.objects.using(DATABASE).create(
                message=message,
                direction=TraceLine.Direction.OUTBOUND,
                logged_at=now,
                text=f"{kind} to {len(due)} recipient(s), as its sender asked to hear: {said}",
            )


def _kind(copy: Delivery, result: Result, message: Message, asked: DsnRequest, now: datetime) -> str:
    """Return what the sender hears of a copy, "" for nothing."""
    wants = asked.of(copy.recipient)
    if result.outcome == Outcome.DELIVERED:
        if not wants.wants(SUCCESS) or result.reports:
            return ""
        is_final = not copy.next_hop or copy.next_hop.startswith(LMTP)
        return Bounce.Kind.DELIVERED if is_final else Bounce.Kind.RELAYED
    is_late = copy.status in WAITING and now - message.scanned_at >= DELAYED_AFTER
    return Bounce.Kind.DELAYED if is_late and wants.wants(DELAY) else ""


def _told_before(message: Message, kinds: Sequence[str]) -> set[str]:
    rows = Bounce.objects.using(DATABASE).filter(message=message, kind__in=kinds)
    return {entry[0] for row in rows for entry in row.failed}
