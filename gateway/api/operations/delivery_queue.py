"""Operations on the queue of mail on its way. They are this gateway's own: the vendor's API has none."""

from collections.abc import Callable
from typing import Literal, cast

from django.http import HttpResponse
from django.utils import timezone
from pydantic import BaseModel

from api_client import models as contract
from gateway.api.answers import answer
from gateway.api.problems import CONFLICT, Problem, not_found
from gateway.api.registry import Call, operation
from gateway.delivery.queue.deciding import copy_give_up, copy_retry
from gateway.models import Delivery, Token
from gateway.models.delivery import WAITING

DATABASE = "gateway"
PER_PAGE = 50


class QueueQuery(BaseModel):
    """Parameters of `GET /delivery/queue`. A page begins below the id `before`."""

    state: Literal["waiting", "failed"] = "waiting"
    before: str = ""


@operation(
    "gatehouse_delivery_queue",
    "GET",
    "/delivery/queue",
    scope=Token.Scope.READ,
    right=Token.Right.SEARCH,
    params=QueueQuery,
    result=list[contract.QueuedCopy],
)
def list_queue(call: Call) -> HttpResponse:
    """Return copies that wait for their next hop, or those that were not delivered, the newest first, up to 51."""
    query = cast(QueueQuery, call.params)
    wanted = WAITING if query.state == "waiting" else (Delivery.Status.BOUNCED,)
    rows = Delivery.objects.using(DATABASE).filter(status__in=wanted, message__account_id=call.account_id)
    if _is_key(query.before):
        rows = rows.filter(pk__lt=int(query.before))
    return answer([_shown(row) for row in rows.select_related("message").order_by("-pk")[: PER_PAGE + 1]])


@operation(
    "gatehouse_delivery_retry",
    "POST",
    "/delivery/queue/{copy_id}/retry",
    scope=Token.Scope.WRITE,
    right=Token.Right.RELEASE,
    body=contract.QueueAct,
    result=contract.QueuedCopy,
)
def retry(call: Call) -> HttpResponse:
    """Have a copy tried now, also one that was not delivered."""
    return _done(call, copy_retry)


@operation(
    "gatehouse_delivery_give_up",
    "POST",
    "/delivery/queue/{copy_id}/give_up",
    scope=Token.Scope.WRITE,
    right=Token.Right.RELEASE,
    body=contract.QueueAct,
    result=contract.QueuedCopy,
)
def give_up(call: Call) -> HttpResponse:
    """Try a copy no more, and tell its sender where that is no backscatter."""
    return _done(call, copy_give_up)


def _done(call: Call, act: Callable[..., bool]) -> HttpResponse:
    by = cast(contract.QueueAct, call.body).by or call.token.name
    row = _row(call)
    if not act(row, by=by):
        raise Problem(409, CONFLICT, "The copy does not wait in the queue, or is being sent at this moment.")
    return answer(_shown(_row(call)))


def _row(call: Call) -> Delivery:
    key = call.path["copy_id"]
    rows = Delivery.objects.using(DATABASE).filter(message__account_id=call.account_id)
    row = rows.select_related("message").filter(pk=int(key)).first() if _is_key(key) else None
    if row is None:
        raise not_found("copy")
    return row


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def _shown(row: Delivery) -> contract.QueuedCopy:
    return contract.QueuedCopy(
        id=str(row.pk),
        message_id=row.message.investigate_id,
        subject=row.message.subject[:500],
        sender=row.message.envelope_from[:320],
        recipient=row.recipient[:320],
        status=row.status,
        next_hop=row.next_hop,
        attempts=row.attempts,
        last_reply=row.last_reply,
        answers_lost=row.answers_lost,
        is_sending=row.claimed_until is not None and row.claimed_until > timezone.now(),
        notice=row.notice,
        next_try_at=row.next_try_at,
        expires_at=row.expires_at,
    )
