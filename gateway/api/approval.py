"""What a write by a token needs beyond its operation's right: the right to purge, and nobody's missing approval."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.http import HttpResponse

from api_client.models import ApiMessage
from gateway.api.answers import answer
from gateway.api.problems import APPROVAL, Problem
from gateway.api.registry import Call
from gateway.api.tokens import require_right
from gateway.bulk.waiting import RefusedBefore, TooMany, check_room, job_known, request_write
from gateway.models import BulkJob, Message, Token, WriteRequest
from gateway.tokens.approval import NeedsApproval, count_write, is_purge, may_wait, rules_for
from gateway.trail import WAITS_AS

WAITS = 1101
"""The code of the notice in an answer that the write waits for a second person."""


def check_purge(call: Call, destination: str) -> None:
    """Check that the token may move messages to this folder.

    :raises Problem: 403 if this is a purge and the token has no right to purge.
    """
    if is_purge(destination):
        require_right(call.token, Token.Right.PURGE)


def check_approval(call: Call, action: str, messages: int, *, destination: str = "") -> None:
    """Count a write on so many messages that is about to happen, and that can't wait for anybody.

    :raises Problem: 403 if it needs a second person; nothing was done.
    """
    try:
        count_write(call.token, action, messages, destination=destination)
    except NeedsApproval as refused:
        raise Problem(403, APPROVAL, str(refused)) from None


def ask_approval(
    call: Call, operation: str, action: str, rows: Sequence[Message], *, acts_on: int, destination: str = ""
) -> WriteRequest | None:
    """Count a move or release of `rows` that is about to happen, of which it `acts_on` so many.

    Return None if it may happen now, or the request as which it waits for a second person.

    :raises Problem: 403 if it needs one and can't wait; nothing was done.
    """
    try:
        count_write(call.token, action, acts_on, destination=destination)
    except NeedsApproval as needed:
        if not may_wait():
            raise Problem(403, APPROVAL, str(needed)) from None
        with _refusals():
            made = request_write(
                call.token, rows, operation=operation, action=action, destination=destination, rule=needed.rule
            )
        call.request.META[WAITS_AS] = str(made.pk)
        return made
    return None


def waiting_answer(call: Call, request: WriteRequest, result: list[Any]) -> HttpResponse:
    """Return the 202 of a write that waits: what was asked for with nothing done, and where its outcome will be.

    The Location is that of its bulk action job, whose path is the request's own, continued.
    """
    prefix = call.request.path.partition("/investigate")[0]
    state = "is approved and being carried out" if request.state == request.State.APPROVED else "waits for them"
    notice = (
        f"Nothing was done yet: {request.rule}. Request {request.pk} {state}, until "
        f"{request.expires_at:%Y-%m-%d %H:%M} UTC, as bulk action job {request.job_id}, which has the outcome"
    )
    return answer(
        result,
        status=202,
        headers={"Location": f"{prefix}/investigate/bulk/{request.job_id}"},
        messages=[ApiMessage(code=WAITS, message=notice)],
    )


def check_job(call: Call, action: str, destination: str, search: dict[str, Any]) -> BulkJob | None:
    """Return the token's same bulk job that waits already, so that a call that is sent again makes no second one.

    :raises Problem: 403 if so many requests wait that this one could not, or a person has refused it.
    """
    rules = rules_for(call.token, "move" if action == BulkJob.Action.MOVE else "release", destination)
    if not rules or not may_wait():
        return None
    with _refusals():
        known = job_known(call.token, action, destination, search)
        if known is None:
            check_room(call.token)
    return known


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except (RefusedBefore, TooMany) as refused:
        raise Problem(403, APPROVAL, str(refused)) from None
