"""The delivery fields of a message's row, and the end of its release: both follow from the ledger."""

from datetime import datetime

from django.db.models import F

from gateway.models import ActionLog, Delivery, Message
from gateway.models.delivery import WAITING
from gateway.models.message import DeliveryBit, OperationBit

DATABASE = "gateway"
_BITS = {
    Delivery.Status.QUEUED: DeliveryBit.QUEUED,
    Delivery.Status.DEFERRED: DeliveryBit.DEFERRED,
    Delivery.Status.DELIVERED: DeliveryBit.DELIVERED,
    Delivery.Status.BOUNCED: DeliveryBit.BOUNCED,
    Delivery.Status.QUARANTINED: DeliveryBit.QUARANTINED,
}


def finish_release(message: Message, now: datetime) -> None:
    """Complete the log of a release once none of its copies is on its way any more.

    `message` has its operation bits as they are in the database.
    """
    if not message.operation_bits & OperationBit.QUARANTINE_RELEASE:
        return
    unfinished = ActionLog.objects.using(DATABASE).filter(
        message=message, operation=ActionLog.Operation.QUARANTINE_RELEASE, completed_at__isnull=True
    )
    copies = Delivery.objects.using(DATABASE).filter(message=message)
    if not unfinished.exists() or copies.filter(status__in=WAITING).exists():
        return
    refused = copies.filter(status=Delivery.Status.BOUNCED).count()
    unfinished.update(
        completed_at=now,
        success=not refused,
        status=f"refused by the next hop for {refused} recipient(s)" if refused else "delivered",
    )


def update_delivery_fields(
    message: Message, *, operation: OperationBit | None = None, add: int = 0, drop: int = 0
) -> None:
    """Recompute the delivery fields of `message` and of its row from the ledger.

    `operation` is added to its operation bits. `add` and `drop` are the delivery bits of moves to set and to clear.
    """
    write_delivery_fields(message, operation=operation, add=add, drop=drop)
    message.refresh_from_db(using=DATABASE, fields=["delivery_bits", "is_quarantined", "operation_bits"])


def write_delivery_fields(
    message: Message, *, operation: OperationBit | None = None, add: int = 0, drop: int = 0
) -> None:
    """Recompute the delivery fields of `message`'s row alone, as `update_delivery_fields` does."""
    statuses = set(Delivery.objects.using(DATABASE).filter(message=message).values_list("status", flat=True).distinct())
    bits = sum(_BITS[Delivery.Status(status)] for status in statuses) | add
    kept = (DeliveryBit.MOVED | DeliveryBit.MOVE_FAILED) & ~drop
    Message.objects.using(DATABASE).filter(pk=message.pk).update(
        delivery_bits=F("delivery_bits").bitand(kept).bitor(bits),
        is_quarantined=Delivery.Status.QUARANTINED in statuses,
        operation_bits=F("operation_bits").bitor(operation or 0),
    )
