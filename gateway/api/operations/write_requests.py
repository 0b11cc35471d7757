"""Operations on writes that wait for a second person: an extension of this gateway, for its own console alone."""

from typing import cast
from uuid import UUID

from django.http import HttpResponse
from pydantic import BaseModel

from api_client import models as contract
from gateway.api.answers import answer
from gateway.api.params import Page, PerPage
from gateway.api.problems import CONFLICT, Problem, not_found
from gateway.api.registry import Call, operation
from gateway.bulk.deciding import NotWaiting, request_approve, request_refuse
from gateway.models import Token, WriteRequest

DATABASE = "gateway"
READ, WRITE = Token.Scope.READ, Token.Scope.WRITE
_PATH = "/gatehouse/write_requests"
_ONE = f"{_PATH}/{{request_id}}"


class RequestsQuery(BaseModel):
    """Parameters of `GET /gatehouse/write_requests`."""

    state: contract.WriteRequestState | None = None
    page: Page = 1
    per_page: PerPage = 50


@operation(
    "gatehouse_list_write_requests",
    "GET",
    _PATH,
    scope=READ,
    right=Token.Right.APPROVALS,
    params=RequestsQuery,
    result=list[contract.WriteRequest],
)
def list_requests(call: Call) -> HttpResponse:
    """Return the writes of tokens that wait, and those that did, the newest first."""
    params = cast(RequestsQuery, call.params)
    found = WriteRequest.objects.using(DATABASE).filter(account_id=call.account_id)
    if params.state is not None:
        found = found.filter(state=params.state)
    first = (params.page - 1) * params.per_page
    rows = found.order_by("-requested_at", "id").select_related("token")[first : first + params.per_page]
    return answer([_shown(row) for row in rows])


@operation(
    "gatehouse_get_write_request",
    "GET",
    _ONE,
    scope=READ,
    right=Token.Right.APPROVALS,
    result=contract.WriteRequest,
)
def get_request(call: Call) -> HttpResponse:
    """Return one write that waits or did."""
    return answer(_shown(_row(call)))


@operation(
    "gatehouse_approve_write_request",
    "POST",
    f"{_ONE}/approve",
    scope=WRITE,
    right=Token.Right.APPROVALS,
    body=contract.Decision,
    result=contract.WriteRequest,
)
def approve_request(call: Call) -> HttpResponse:
    """Have a write carried out by the worker, once, exactly on the messages that were found when it was asked for."""
    row = _row(call)
    try:
        request_approve(row, by=cast(contract.Decision, call.body).decided_by)
    except NotWaiting as error:
        raise Problem(409, CONFLICT, str(error)) from None
    return answer(_shown(_row(call)))


@operation(
    "gatehouse_refuse_write_request",
    "POST",
    f"{_ONE}/refuse",
    scope=WRITE,
    right=Token.Right.APPROVALS,
    body=contract.Decision,
    result=contract.WriteRequest,
)
def refuse_request(call: Call) -> HttpResponse:
    """End a write of which nothing is done. The token can't ask for the same before it would have expired."""
    row = _row(call)
    try:
        request_refuse(row, by=cast(contract.Decision, call.body).decided_by)
    except NotWaiting as error:
        raise Problem(409, CONFLICT, str(error)) from None
    return answer(_shown(_row(call)))


def _row(call: Call) -> WriteRequest:
    try:
        key = UUID(call.path["request_id"])
    except ValueError:
        raise not_found("write request") from None
    requests = WriteRequest.objects.using(DATABASE).select_related("token")
    found = requests.filter(pk=key, account_id=call.account_id).first()
    if found is None:
        raise not_found("write request")
    return found


def _shown(row: WriteRequest) -> contract.WriteRequest:
    return contract.WriteRequest(
        id=str(row.pk),
        job_id=str(row.job_id) if row.job_id is not None else None,
        token=row.token.name,
        token_known_to=row.token.known_to,
        operation=row.operation,
        action=row.action,
        destination=row.destination or None,
        messages=row.messages,
        rule=row.rule,
        state=row.state,
        requested_at=row.requested_at,
        expires_at=row.expires_at,
        decided_by=row.decided_by or None,
        decided_at=row.decided_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
    )
