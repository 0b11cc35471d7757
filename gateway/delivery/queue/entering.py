"""How copies enter the queue of their next hop."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gateway.delivery.queue.lanes import MAILDIR, lane_name
from gateway.models import Delivery, Message, TraceLine

DATABASE = "gateway"


def enter_queue(message: Message, copies: Iterable[Delivery]) -> list[Delivery]:
    """Queue the copies whose recipients have a next hop, and return the others: those go to Maildirs.

    Idempotent. If the process dies before, the copies are queued without a lane, and the beat task calls this again.

    :raises RouteInvalid: the routes can't be used from the start.
    """
    here, lanes = [], dict[str, list[int]]()
    for copy in copies:
        lane = copy.next_hop or lane_name(copy.recipient)
        if lane == MAILDIR:
            here.append(copy)
        elif copy.next_try_at is None:
            lanes.setdefault(lane, []).append(copy.pk)
    if lanes:
        now = timezone.now()
        with transaction.atomic(using=DATABASE):
            for lane, keys in lanes.items():
                entered = (
                    Delivery.objects.using(DATABASE)
                    .filter(pk__in=keys, status=Delivery.Status.QUEUED, next_try_at__isnull=True)
                    .update(
                        next_hop=lane,
                        next_try_at=now,
                        expires_at=now + timedelta(days=settings.GATEWAY_QUEUE_DAYS),
                        updated_at=now,
                    )
                )
                if entered:
                    text = f"queued for {entered} recipient(s): next hop {lane}"
                    TraceLine.objects.using(DATABASE).create(
                        message=message, direction=TraceLine.Direction.OUTBOUND, logged_at=now, text=text
                    )
    return here
