"""Operations on legal holds. They are this gateway's own: the vendor's API has no retention."""

from typing import cast
from uuid import UUID

from django.http import HttpResponse
from pydantic import BaseModel

from api_client import models as contract
from gateway.api.answers import answer
from gateway.api.problems import BAD_BODY, Problem, not_found
from gateway.api.registry import Call, operation
from gateway.holds.matching import holds_of
from gateway.holds.services import hold_lift, hold_set
from gateway.models import LegalHold, Message, Token
from gateway.retention.expired import is_expired, stored_ids

DATABASE = "gateway"


class HoldsQuery(BaseModel):
    """Parameters of `GET /retention/holds`. With `message`, only holds in force that name it are listed."""

    message: str | None = None


@operation(
    "gatehouse_holds",
    "GET",
    "/retention/holds",
    scope=Token.Scope.READ,
    right=Token.Right.SEARCH,
    params=HoldsQuery,
    result=list[contract.LegalHold],
)
def list_holds(call: Call) -> HttpResponse:
    """Return all legal holds, the newest first, or those in force that name one message.

    An extension: mail that a hold names is not deleted, however old it is.
    """
    wanted = cast(HoldsQuery, call.params).message
    if wanted is None:
        found = list(LegalHold.objects.using(DATABASE).filter(account_id=call.account_id).order_by("-set_at", "id"))
        return answer([_shown(row) for row in found])
    message = Message.objects.using(DATABASE).filter(investigate_id=wanted, account_id=call.account_id).first()
    if message is None:
        raise not_found("message")
    return answer([_shown(row) for row in holds_of(message)])


@operation(
    "gatehouse_hold_set",
    "POST",
    "/retention/holds",
    scope=Token.Scope.WRITE,
    right=Token.Right.HOLDS,
    body=contract.HoldRequest,
    result=contract.LegalHold,
)
def set_hold(call: Call) -> HttpResponse:
    """Set a legal hold on messages, recipients, senders or a period. What is given has to fit together."""
    body = cast(contract.HoldRequest, call.body)
    what = body.model_dump(exclude={"set_by"})
    try:
        row = hold_set(account_id=call.account_id, by=body.set_by or call.token.name, **what)
    except ValueError as error:
        raise Problem(400, BAD_BODY, f"The hold can't be set: {error}") from None
    return answer(_shown(row))


@operation(
    "gatehouse_hold_lift",
    "POST",
    "/retention/holds/{hold_id}/lift",
    scope=Token.Scope.WRITE,
    right=Token.Right.HOLDS,
    body=contract.LiftRequest,
    result=contract.LegalHold,
)
def lift_hold(call: Call) -> HttpResponse:
    """Lift a legal hold. It stays as a record, and what it named may be deleted again."""
    try:
        hold_id = UUID(call.path["hold_id"])
    except ValueError:
        raise not_found("hold") from None
    by = cast(contract.LiftRequest, call.body).lifted_by or call.token.name
    row = hold_lift(hold_id, account_id=call.account_id, by=by)
    if row is None:
        raise not_found("hold")
    return answer(_shown(row))


@operation(
    "gatehouse_missing_messages",
    "POST",
    "/retention/missing",
    scope=Token.Scope.READ,
    right=Token.Right.SEARCH,
    body=contract.MissingRequest,
    result=list[contract.MissingMessage],
)
def missing_messages(call: Call) -> HttpResponse:
    """Return those of the ids of which no message is stored, and whether retention would have deleted it by now."""
    asked = dict.fromkeys(cast(contract.MissingRequest, call.body).ids)
    stored = stored_ids(list(asked), account_id=call.account_id)
    return answer([contract.MissingMessage(id=one, is_expired=is_expired(one)) for one in asked if one not in stored])


def _shown(row: LegalHold) -> contract.LegalHold:
    return contract.LegalHold(
        id=str(row.pk),
        name=row.name,
        reason=row.reason,
        message_ids=row.message_ids,
        recipients=row.recipients,
        senders=row.senders,
        since=row.since,
        until=row.until,
        set_by=row.set_by,
        set_at=row.set_at,
        lifted_by=row.lifted_by,
        lifted_at=row.lifted_at,
    )
