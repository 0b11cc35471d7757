"""How copies enter the queue of their next hop."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gateway.delivery.queue.lanes import MAILDIR, lane_name
from gateway.models import Delivery, Message, TraceLine

DATABASE = "gateway"


def enter_at_once(message: Message, copies: Iterable[Delivery]) -> list[TraceLine]:
    """Queue new copies that have a next hop, before they are saved, and return the lines of the trace, unsaved.

    :raises RouteInvalid: the routes can't be used from the start.
    """
    now, lanes = timezone.now(), Counter[str]()
    for copy in copies:
        lane = copy.next_hop or lane_name(copy.recipient)
        if copy.status == Delivery.Status.QUEUED and lane != MAILDIR:
            copy.next_hop, copy.next_try_at, copy.expires_at, copy.updated_at = lane, now, _expires(now), now
            lanes[lane] += 1
    return [_line(message, now, lane, count) for lane, count in lanes.items()]


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
                        expires_at=_expires(now),
                        updated_at=now,
                    )
                )
                if entered:
                    _line(message, now, lane, entered).save(using=DATABASE)
    return here


def _expires(now: datetime) -> datetime:
    return now + timedelta(days=settings.GATEWAY_QUEUE_DAYS)


def _line(message: Message, now: datetime, lane: str, count: int) -> TraceLine:
    text = f"queued for {count} recipient(s): next hop {lane}"
    return TraceLine(message=message, direction=TraceLine.Direction.OUTBOUND, logged_at=now, text=text)
