"""Claims: which process sends which rows. Conditional updates, so that only one of several has each row."""

import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from gateway.models import Bounce, Delivery, Message, TraceLine
from gateway.models.delivery import WAITING
from gateway.store.light_transactions import light_transaction

DATABASE = "gateway"
RECIPIENTS_AT_ONCE = 100
"""Recipients of one transaction: what every server has to take (RFC 5321 4.5.3.1.8)."""
_LOOKED_AT = 8
_held: dict[int, str] = {}
"""The claims of this process that are being sent, by thread."""
_KINDS: tuple[type[Delivery] | type[Bounce], ...] = (Delivery, Bounce)


class ClaimLost(Exception):
    """Another process has the rows, or they wait no longer: nothing may be sent for this claim."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Rows of one message, all deliveries or one bounce, that one thread sends."""

    token: str
    rows: Sequence[Delivery | Bounce]

    @property
    def kind(self) -> type[Delivery] | type[Bounce]:
        return type(self.rows[0])

    @property
    def message(self) -> Message:
        return self.rows[0].message

    def mark_sending(self, recipients: Sequence[str]) -> None:
        """Note that the next hop is about to get the end of the message. Raise ClaimLost if the claim is over.

        A killed process leaves the note, a power cut perhaps not: then it is sent again and not counted as such.
        """
        now = timezone.now()
        keys = [row.pk for row in self.rows if row.recipient in recipients]
        held = self.kind._default_manager.using(DATABASE).filter(pk__in=keys, claim=self.token, status__in=WAITING)
        with light_transaction(DATABASE):
            ours = held.filter(claimed_until__gt=now).update(sending_at=now, claimed_until=lease_end(now))
        if ours != len(keys):
            raise ClaimLost


def lease_end(now: datetime) -> datetime:
    """Return until when a claim of now holds."""
    return now + timedelta(seconds=settings.GATEWAY_QUEUE_LEASE)


def lanes_due() -> list[str]:
    """Return the lanes in which something may be sent now."""
    found: set[str] = set()
    for kind in _KINDS:
        found |= set(_due(kind).order_by().values_list("next_hop", flat=True).distinct())
    return sorted(found)


def claim_next(lane: str) -> Claim | None:
    """Claim what is due of one message of a lane, bounces last. Return None if there is nothing, or others have it."""
    for kind in _KINDS:
        due = _due(kind).filter(next_hop=lane)
        waiting = list(due.order_by("next_try_at", "pk").values_list("pk", "message_id")[:_LOOKED_AT])
        # Threads of one lane begin at different rows, so that they don't try for the same one.
        secrets.SystemRandom().shuffle(waiting)
        for key, message_id in waiting:
            same = due.filter(message_id=message_id).order_by("pk").values("pk")[:RECIPIENTS_AT_ONCE]
            if claimed := _claim(kind, same if kind is Delivery else [key]):
                return claimed
    return None


def let_go() -> None:
    """Say that this thread works on no claim any more."""
    _held.pop(threading.get_ident(), None)


def renew() -> None:
    """Keep the claims that this process works on."""
    tokens = list(_held.values())
    if not tokens:
        return
    now = timezone.now()
    for kind in _KINDS:
        # A row that still has the token was taken by nobody, also if its lease has run out meanwhile.
        kind._default_manager.using(DATABASE).filter(claim__in=tokens).update(claimed_until=lease_end(now))


def _due(kind: type[Delivery] | type[Bounce]) -> "QuerySet[Delivery] | QuerySet[Bounce]":
    now, me = timezone.now(), threading.get_ident()
    rows = kind._default_manager.using(DATABASE).filter(
        Q(claimed_until=None) | Q(claimed_until__lte=now), status__in=WAITING, next_try_at__lte=now
    )
    # A busy database may renew a claim too late. What another thread here works on is sent by nobody else for that.
    return rows.exclude(claim__in=[token for thread, token in list(_held.items()) if thread != me])


def _claim(kind: type[Delivery] | type[Bounce], keys: "QuerySet[Any, Any] | Sequence[int]") -> Claim | None:
    now, token = timezone.now(), secrets.token_hex(16)
    _held[threading.get_ident()] = token
    with light_transaction(DATABASE):
        free = _due(kind).filter(pk__in=keys)
        if not free.update(claim=token, claimed_until=lease_end(now), attempts=F("attempts") + 1):
            return None
        held = kind._default_manager.using(DATABASE).filter(claim=token)
        rows: list[Any] = list(held.select_related("message__raw", "message__notification_request").order_by("pk"))
        lost = [row for row in rows if row.sending_at is not None]
        if lost:
            held.filter(sending_at__isnull=False).update(answers_lost=F("answers_lost") + 1, sending_at=None)
            TraceLine.objects.using(DATABASE).bulk_create(again_line(row, now) for row in lost)
    return Claim(token, rows)


def again_line(row: Delivery | Bounce, now: datetime) -> TraceLine:
    """Return the trace's word that a copy may arrive twice."""
    return TraceLine(
        message=row.message,
        direction=TraceLine.Direction.OUTBOUND,
        logged_at=now,
        text=f"sent again to {row.recipient} since the answer of {row.next_hop} was lost; it may arrive twice",
    )
