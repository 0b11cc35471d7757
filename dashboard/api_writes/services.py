"""Decide on writes of API tokens. Each decision is on record before it is sent, with its result after."""

from __future__ import annotations

from django.contrib.auth.models import User

from api_client import ApiError
from api_client.models import WriteRequest
from dashboard.api_writes.selectors import people_behind
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import close, record
from dashboard.backend import api_client_for_console


class OwnRequest(Exception):
    """The person may be the one who has the token that asks for the write."""


def request_approve(request: WriteRequest, *, user: User, actor: Actor) -> None:
    """Have a write carried out. If the process dies before the answer, the entry stays attempted.

    :raises OwnRequest: the user knows the token's secret, or may be one person with somebody who does. Conflict: the
        request does not wait any more. ApiError: the gateway didn't answer; the trail says so.
    """
    _check_other(request, user)
    _decide(request, actor, AuditAction.API_REQUEST_APPROVE)


def request_refuse(request: WriteRequest, *, user: User, actor: Actor) -> None:
    """End a write of which nothing was done. It raises what `request_approve` does.

    Whoever has the token cancels its job instead, by the API.
    """
    _check_other(request, user)
    _decide(request, actor, AuditAction.API_REQUEST_REFUSE)


def _check_other(request: WriteRequest, user: User) -> None:
    if user.pk in people_behind(request):
        raise OwnRequest(
            f"The token {request.token} was made or rotated by you, or by an account that may be yours. Somebody else"
            " has to decide."
        )


def _decide(request: WriteRequest, actor: Actor, action: AuditAction) -> None:
    requests = api_client_for_console().write_requests
    send = requests.approve if action == AuditAction.API_REQUEST_APPROVE else requests.refuse
    entry = record(
        actor=actor,
        action=action,
        object_kind="api_request",
        object_id=request.id,
        outcome=Outcome.ATTEMPTED,
        detail={
            "token": request.token,
            "operation": request.operation,
            "messages": request.messages,
            "destination": request.destination,
            "job": request.job_id,
        },
    )
    try:
        send(request.id, by=actor.username)
    except ApiError as error:
        close(entry, Outcome.UNKNOWN if error.outcome_unknown else Outcome.FAILED, detail={"error": error.reason})
        raise
    close(entry, Outcome.DONE)
