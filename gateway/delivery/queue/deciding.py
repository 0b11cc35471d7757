"""What a person decides about a copy in the queue: to try it now, or no more."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from gateway.delivery.next_hop.results import Outcome, Result, plain
from gateway.delivery.queue.settling import fail
from gateway.delivery.statuses import finish_release, update_delivery_fields
from gateway.models import Delivery, Message, TraceLine
from gateway.models.delivery import WAITING

DATABASE = "gateway"


def copy_retry(copy: Delivery, *, by: str) -> bool:
    """Have a copy tried now; one that was not delivered gets its whole time again. Return False if there is no need."""
    now = timezone.now()
    with transaction.atomic(using=DATABASE):
        message = Message.objects.using(DATABASE).select_for_update().get(pk=copy.message_id)
        rows = Delivery.objects.using(DATABASE).filter(pk=copy.pk).exclude(next_hop="")
        changed = rows.filter(status__in=WAITING).update(next_try_at=now)
        changed += rows.filter(status=Delivery.Status.BOUNCED).update(
            status=Delivery.Status.QUEUED,
            notice="",
            next_try_at=now,
            expires_at=now + timedelta(days=settings.GATEWAY_QUEUE_DAYS),
        )
        if changed:
            _trace(message, f"tried again for {copy.recipient}: {by or 'somebody'} asked for it")
            update_delivery_fields(message)
    return bool(changed)


def copy_give_up(copy: Delivery, *, by: str) -> bool:
    """End a copy that waits. Return False if it does not, or is being sent at this moment."""
    now = timezone.now()
    with transaction.atomic(using=DATABASE):
        message = Message.objects.using(DATABASE).select_for_update().get(pk=copy.message_id)
        free = Q(claimed_until=None) | Q(claimed_until__lte=now)
        words = plain(f"given up by {by or 'somebody'}; the last time: {copy.last_reply or 'not tried yet'}")
        if not (
            Delivery.objects.using(DATABASE)
            .filter(free, pk=copy.pk, status__in=WAITING)
            .update(status=Delivery.Status.BOUNCED, last_reply=words, claim="", claimed_until=None, sending_at=None)
        ):
            return False
        _trace(message, f"not delivered to {copy.recipient}: {words}")
        row = Delivery.objects.using(DATABASE).get(pk=copy.pk)
        fail(message, [(row, Result(Outcome.REFUSED, words))], now)
        row.save(using=DATABASE)
        update_delivery_fields(message)
        finish_release(message, now)
    return True


def _trace(message: Message, text: str) -> None:
    TraceLine.objects.using(DATABASE).create(
        message=message, direction=TraceLine.Direction.OUTBOUND, logged_at=timezone.now(), text=text
    )
