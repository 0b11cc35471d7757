"""Operations that act on messages: move, release, reclassify."""

from collections.abc import Sequence
from typing import Any, cast

from django.http import HttpResponse
from django.utils import timezone

from api_client import models as contract
from gateway.api import lookup
from gateway.api.answers import answer
from gateway.api.approval import ask_approval, check_approval, check_purge, waiting_answer
from gateway.api.bodies import BulkMoveBody, MoveBody, ReclassifyBody, ReleaseBody, ReleaseCopyBody
from gateway.api.problems import not_found
from gateway.api.registry import Call, operation
from gateway.delivery.moving import Moved, move
from gateway.delivery.releasing import Released, release, released_so_far
from gateway.models import Message, Token
from gateway.rejudging.tasks import enqueue
from gateway.submissions.services import UnknownReport, submission_create

WRITE = Token.Scope.WRITE
WAITS_FOR_APPROVAL = "waits_for_approval"
"""The status of a copy that is not moved before a second person has approved it."""
_PATH = "/investigate/{investigate_id}"


@operation(
    "email_security_post_message_move",
    "POST",
    f"{_PATH}/move",
    scope=WRITE,
    right=Token.Right.MOVE,
    body=MoveBody,
    result=list[contract.MoveResult],
    may_wait=True,
)
def move_one(call: Call) -> HttpResponse:
    """Move one message in each recipient's mailbox."""
    return _move(call, "email_security_post_message_move", [lookup.one(call)], cast(MoveBody, call.body).destination)


@operation(
    "email_security_post_bulk_move",
    "POST",
    "/investigate/move",
    scope=WRITE,
    right=Token.Right.MOVE,
    body=BulkMoveBody,
    result=list[contract.MoveResult],
    may_wait=True,
)
def move_many(call: Call) -> HttpResponse:
    """Move up to 1000 messages; one entry in the answer for each message and recipient."""
    body = cast(BulkMoveBody, call.body)
    return _move(call, "email_security_post_bulk_move", lookup.many(call, body.ids, "/ids"), body.destination)


def _move(call: Call, operation_id: str, rows: Sequence[Message], folder: str) -> HttpResponse:
    check_purge(call, folder)
    request = ask_approval(call, operation_id, "move", rows, acts_on=len(rows), destination=folder)
    if request is not None:
        return waiting_answer(call, request, [_not_moved(row, name, folder) for row in rows for name in _copies(row)])
    return _moved(move(rows, folder=folder, requested_by=call.token.name), folder)


def _copies(row: Message) -> list[str]:
    return list(dict.fromkeys(row.client_recipients))


def _not_moved(row: Message, recipient: str, folder: str) -> contract.MoveResult:
    return contract.MoveResult(
        success=False,
        completed_at=timezone.now(),
        completed_timestamp=timezone.now(),
        destination=folder,
        item_count=0,
        message_id=row.investigate_id,
        operation="MOVE",
        recipient=recipient,
        status=WAITS_FOR_APPROVAL,
    )


def _moved(outcomes: Sequence[Moved], folder: str) -> HttpResponse:
    return answer(
        [
            contract.MoveResult(
                success=outcome.success,
                completed_at=outcome.completed_at,
                completed_timestamp=outcome.completed_at,
                destination=folder,
                item_count=1 if outcome.success else 0,
                message_id=outcome.message.investigate_id,
                operation="MOVE",
                recipient=outcome.recipient,
                status=outcome.status,
                gatehouse_marks=sorted(outcome.marks) if outcome.marks is not None else None,
                gatehouse_forwarded_to=list(outcome.forwarded_to) if outcome.marks is not None else None,
            )
            for outcome in outcomes
        ]
    )


@operation(
    "email_security_post_release",
    "POST",
    "/investigate/release",
    scope=WRITE,
    right=Token.Right.RELEASE,
    body=ReleaseBody,
    result=list[contract.ReleaseResult],
    may_wait=True,
)
def release_many(call: Call) -> HttpResponse:
    """Release up to 1000 held messages; what was released before answers as delivered."""
    rows = lookup.many(call, cast(ReleaseBody, call.body).ids, "/ids")
    held = sum(row.is_quarantined for row in rows)
    request = ask_approval(call, "email_security_post_release", "release", rows, acts_on=held)
    if request is not None:
        return waiting_answer(call, request, [_released(outcome) for outcome in released_so_far(rows)])
    return answer([_released(outcome) for outcome in release(rows, requested_by=call.token.name)])


@operation(
    "gatehouse_release_copy",
    "POST",
    "/gatehouse/release_copy",
    scope=WRITE,
    right=Token.Right.RELEASE,
    body=ReleaseCopyBody,
    result=contract.ReleaseResult,
)
def release_copy(call: Call) -> HttpResponse:
    """Release one message to one of its recipients; the copies of others stay held. It can't wait for approval."""
    body = cast(ReleaseCopyBody, call.body)
    (row,) = lookup.many(call, [body.id], "/id")
    wanted = body.recipient.casefold()
    if wanted not in {one.casefold() for one in row.client_recipients}:
        raise not_found("recipient of this message", "/recipient")
    check_approval(call, "release", int(row.is_quarantined))
    (outcome,) = release([row], requested_by=call.token.name, recipient=body.recipient)
    return answer(_released(outcome))


def _released(outcome: Released) -> contract.ReleaseResult:
    return contract.ReleaseResult(
        id=outcome.message.investigate_id,
        postfix_id=outcome.message.postfix_id,
        delivered=outcome.delivered,
        failed=[],
        undelivered=outcome.undelivered,
    )


@operation(
    "email_security_post_reclassify",
    "POST",
    f"{_PATH}/reclassify",
    scope=WRITE,
    right=Token.Right.RECLASSIFY,
    body=ReclassifyBody,
    result=dict[str, Any],
    status=202,
    takes_message=True,
)
def reclassify(call: Call) -> HttpResponse:
    """Take in the request for another verdict.

    The message, or the uploaded file, is judged again by the worker; what came of it is in the list of submissions.
    A file that is not the message byte for byte changes the submission alone, and held copies stay held. With
    `escalated_submission_id`, a user's report of this message is escalated.
    """
    row = lookup.one(call)
    body = cast(ReclassifyBody, call.body)
    check_approval(call, "reclassify", 1)
    try:
        made = submission_create(
            message=row,
            requested_by=call.token.name,
            requested_disposition=body.expected_disposition,
            eml=body.eml,
            escalates=body.escalated_submission_id,
        )
    except UnknownReport:
        raise not_found("user submission of this message", "/escalated_submission_id") from None
    enqueue(made.pk)
    return answer({}, status=202)
