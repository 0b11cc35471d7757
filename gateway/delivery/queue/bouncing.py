"""Decides whether a sender is told what became of mail, mostly that it was not delivered, and queues the notice.

Mail that was taken in and can't be delivered is no reason to write to anybody whose address somebody else may have
used (backscatter). So only a proven sender is told, of mail that was harmless and a person's.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Final

from django.conf import settings

from gateway.delivery.next_hop.results import Result
from gateway.delivery.queue.lanes import SMART_HOST, lane_to_anybody
from gateway.mail.domains import domain_of, registrable_domain
from gateway.mail.notification_request import FAILURE, NOTHING_ASKED, DsnRequest
from gateway.models import Bounce, Delivery, Message
from gateway.models.message import OperationBit
from gateway.store.message_detail import Detail

DATABASE = "gateway"
MAILDIR_LANE: Final = "maildir"
"""The lane of bounces to senders whose mail goes to Maildirs here."""
_HARMLESS: Final = frozenset({"NONE"})
_LISTS: Final = frozenset({"list-id", "list-post", "list-unsubscribe", "list-help", "feedback-id", "x-loop"})
_MACHINES: Final = ("mailer-daemon", "postmaster", "owner-", "bounce", "noreply", "no-reply", "listserv", "majordomo")
_ADDRESSES_SHOWN: Final = 100


def tell_sender(
    message: Message,
    about: Sequence[tuple[Delivery, Result]],
    now: datetime,
    *,
    asked: DsnRequest = NOTHING_ASKED,
    kind: Bounce.Kind = Bounce.Kind.FAILED,
) -> str:
    """Queue a notice to the envelope sender, in the caller's transaction. Return what was done, or why nothing was.

    Of failures, those are told that the sender has not asked to hear nothing of (`asked`).
    """
    sender = message.envelope_from
    if kind == Bounce.Kind.FAILED:
        about = [(copy, result) for copy, result in about if asked.of(copy.recipient).wants(FAILURE)]
    why_not = why_not_told(message, [copy for copy, _ in about]) if about else "it asked not to be"
    if why_not:
        return f"its sender was not told: {why_not}"
    lane = lane_to_anybody(sender)
    if lane is None:
        return "its sender was not told: there is no smart host to send that by"
    Bounce.objects.using(DATABASE).create(
        message=message,
        recipient=sender,
        kind=kind,
        failed=[
            [copy.recipient, result.status, result.words, *_until(copy, kind)]
            for copy, result in about[:_ADDRESSES_SHOWN]
        ],
        next_hop=lane or MAILDIR_LANE,
        next_try_at=now,
        expires_at=now + timedelta(days=settings.GATEWAY_QUEUE_DAYS),
    )
    return "its sender is told by a bounce" if kind == Bounce.Kind.FAILED else "its sender is told by a notice"


def _until(copy: Delivery, kind: Bounce.Kind) -> list[str]:
    """Return until when a copy that is late is tried."""
    return [format_datetime(copy.expires_at)] if kind == Bounce.Kind.DELAYED and copy.expires_at else []


def why_not_told(message: Message, failed: Sequence[Delivery]) -> str:
    """Return why a notice to the envelope sender would be backscatter, or an empty text."""
    sender = message.envelope_from.casefold()
    if not sender or "@" not in sender:
        return "it has no sender (null sender)"
    if sender.startswith(_MACHINES) or "-bounce" in sender or "+bounce" in sender:
        return "a program sent it"
    if message.final_disposition not in _HARMLESS:
        return f"it was judged {message.final_disposition}"
    if message.is_quarantined or message.operation_bits & OperationBit.QUARANTINE_RELEASE:
        return "it was held"
    if _is_automatic(message):
        return "a list or a program sent it"
    if all(copy.next_hop == SMART_HOST for copy in failed):
        return ""  # It left the organisation: its own server handed it over.
    return "" if _is_proven(message) else "nothing proves who it is (SPF, DMARC)"


def _is_proven(message: Message) -> bool:
    """Return whether the envelope sender's domain is proven: by SPF itself, or by DMARC for the same organisation."""
    if message.validation.get("spf") == "pass":
        return True
    envelope, header = domain_of(message.envelope_from), domain_of(message.from_address)
    same = (registrable_domain(envelope) or envelope) == (registrable_domain(header) or header)
    return bool(envelope) and same and message.validation.get("dmarc") == "pass"


def _is_automatic(message: Message) -> bool:
    """Return whether it is a list's, an answer's or a bounce's (RFC 3834, RFC 2919). What can't be told is one."""
    row = getattr(message, "detail", None)
    if row is None:
        return True
    fields = [(one["name"].lower(), str(one["value"]).strip().lower()) for one in Detail.unpacked(row.payload).headers]
    for name, value in fields:
        if name in _LISTS or (name == "precedence" and value in {"bulk", "list", "junk"}):
            return True
        if name == "auto-submitted" and not value.startswith("no"):
            return True
        if name == "return-path" and value == "<>":
            return True
    return False
