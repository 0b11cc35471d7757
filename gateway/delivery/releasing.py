"""The release action: deliver messages held in quarantine, exactly once for each message and recipient."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from gateway.delivery.ledger import DATABASE, deliver
from gateway.delivery.statuses import update_delivery_fields
from gateway.learning.decisions import note_decision
from gateway.learning.linear_model import HAM
from gateway.models import ActionLog, Delivery, LearningExample, Message, TraceLine
from gateway.models.message import OperationBit


@dataclass(slots=True)
class Released:
    """The outcome of a release: the recipients whose copy was delivered, and those whose copy is still waiting."""

    message: Message
    delivered: list[str] = field(default_factory=list)
    undelivered: list[str] = field(default_factory=list)


def release(
    messages: Sequence[Message], *, requested_by: str, teaches: bool = True, recipient: str = ""
) -> list[Released]:
    """Release each message from quarantine. With `teaches`, the model learns that a person took it for harmless.

    With `recipient`, that person's copy alone is released, and the outcome tells of no other.

    Idempotent: a repeated release reports `delivered` and delivers nothing. The copies are marked as queued before any
    file is written. If the process dies in between, the Celery beat task delivers them. A conditional update ensures
    that only one of several concurrent requests takes a copy out of quarantine.
    """
    return [
        _release_one(message, requested_by=requested_by, teaches=teaches, recipient=recipient) for message in messages
    ]


def released_so_far(messages: Sequence[Message]) -> list[Released]:
    """Return which copies of each message are delivered now, and which are not. Nothing is released."""
    outcomes = {message.pk: Released(message) for message in messages}
    copies = Delivery.objects.using(DATABASE).filter(message__in=list(outcomes)).order_by("pk")
    for key, recipient, status in copies.values_list("message_id", "recipient", "status"):
        outcome = outcomes[key]
        (outcome.delivered if status == Delivery.Status.DELIVERED else outcome.undelivered).append(recipient)
    return list(outcomes.values())


def _release_one(message: Message, *, requested_by: str, teaches: bool, recipient: str) -> Released:
    taken = _take_from_quarantine(message, requested_by=requested_by, teaches=teaches, recipient=recipient)
    waiting = list(
        Delivery.objects.using(DATABASE).filter(message=message, status=Delivery.Status.QUEUED).order_by("pk")
    )
    if waiting:
        deliver(message, waiting, look_first=not taken)
    outcome = released_so_far([message])[0]
    if recipient:
        outcome.delivered = [one for one in outcome.delivered if one.casefold() == recipient.casefold()]
        outcome.undelivered = [one for one in outcome.undelivered if one.casefold() == recipient.casefold()]
    return outcome


def _take_from_quarantine(message: Message, *, requested_by: str, teaches: bool, recipient: str) -> bool:
    now = timezone.now()
    whose = {"recipient__iexact": recipient} if recipient else {}
    told = {"gatehouse_recipients": [recipient]} if recipient else {}
    with transaction.atomic(using=DATABASE):
        taken = (
            Delivery.objects.using(DATABASE)
            .filter(message=message, status=Delivery.Status.QUARANTINED, **whose)
            .update(status=Delivery.Status.QUEUED, updated_at=now)
        )
        if not taken:
            return False
        ActionLog.objects.using(DATABASE).create(
            message=message,
            operation=ActionLog.Operation.QUARANTINE_RELEASE,
            started_at=now,
            status="queued",
            properties={"requested_by": requested_by, **told},
        )
        TraceLine.objects.using(DATABASE).create(
            message=message,
            direction=TraceLine.Direction.OUTBOUND,
            logged_at=now,
            text=f"released from quarantine via token {requested_by}: queued for {taken} recipient(s)",
        )
        update_delivery_fields(message, operation=OperationBit.QUARANTINE_RELEASE)
        if teaches:
            note_decision(message, HAM, origin=LearningExample.Origin.RELEASED, by=requested_by)
    return True
