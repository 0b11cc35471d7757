"""Operations that return the content of a message: detections, preview, raw source, trace."""

import base64
from typing import cast

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone

from api_client import models as contract
from gateway.api import lookup, serialize
from gateway.api.answers import answer
from gateway.api.bodies import PreviewBody
from gateway.api.params import DetailQuery
from gateway.api.problems import CLOSED, UNAVAILABLE, Problem
from gateway.api.registry import Call, operation
from gateway.delivery.ledger import DATABASE
from gateway.delivery.statuses import update_delivery_fields
from gateway.models import ActionLog, Message, Token
from gateway.models.delivery import WAITING
from gateway.models.message import OperationBit
from gateway.preview.cached import PreviewFailed, PreviewPending, preview_png
from gateway.store.raw_mail import read_raw

READ, WRITE = Token.Scope.READ, Token.Scope.WRITE
_PATH = "/investigate/{investigate_id}"


def _row(call: Call) -> Message:
    """Return the message of the path; with `submission`, the report of that id, as the earlier reference has it."""
    return lookup.one(call, submission=cast(DetailQuery, call.params).submission)


@operation(
    "email_security_get_message_detections",
    "GET",
    f"{_PATH}/detections",
    scope=READ,
    right=Token.Right.CONTENT,
    params=DetailQuery,
    result=contract.Detections,
)
def get_detections(call: Call) -> HttpResponse:
    """Return why a message was judged as it was."""
    row = _row(call)
    return answer(serialize.detections(row, lookup.detail(row)))


@operation(
    "email_security_get_message_trace",
    "GET",
    f"{_PATH}/trace",
    scope=READ,
    right=Token.Right.CONTENT,
    params=DetailQuery,
    result=contract.Trace,
)
def get_trace(call: Call) -> HttpResponse:
    """Return the way of a message through the gateway; pending while a copy waits for delivery."""
    row = _row(call)
    pending = row.deliveries.filter(status__in=WAITING).exists()
    return answer(serialize.trace(row, lookup.detail(row), pending=pending))


@operation(
    "email_security_get_message_raw",
    "GET",
    f"{_PATH}/raw",
    scope=READ,
    right=Token.Right.CONTENT,
    params=DetailQuery,
    result=contract.Raw,
    also=("message/rfc822",),
)
def get_raw(call: Call) -> HttpResponse:
    """Return the source: as JSON text, or the exact bytes to who accepts message/rfc822."""
    row = _row(call)
    _refuse_benign(row, "raw")
    raw = read_raw(row.raw)
    if "message/rfc822" in call.request.headers.get("Accept", ""):
        return HttpResponse(raw, content_type="message/rfc822")
    return answer(contract.Raw(raw=raw.decode("utf-8", "replace")))


@operation(
    "email_security_get_message_preview",
    "GET",
    f"{_PATH}/preview",
    scope=READ,
    right=Token.Right.CONTENT,
    params=DetailQuery,
    result=contract.Preview,
)
def get_preview(call: Call) -> HttpResponse:
    """Return a picture of a message; 503 with Retry-After while it is being drawn."""
    row = _row(call)
    _refuse_benign(row, "GET preview")
    return _preview(row, call.token.name)


@operation(
    "email_security_post_preview",
    "POST",
    "/investigate/preview",
    scope=WRITE,
    right=Token.Right.CONTENT,
    body=PreviewBody,
    result=contract.Preview,
)
def post_preview(call: Call) -> HttpResponse:
    """Return a picture of a message that was not detected; 503 with Retry-After while it is being drawn."""
    (row,) = lookup.many(call, [cast(PreviewBody, call.body).id], "")
    return _preview(row, call.token.name)


def _refuse_benign(row: Message, what: str) -> None:
    if row.final_disposition == "NONE" and not settings.GATEWAY_OPEN_BENIGN_RAW:
        raise Problem(403, CLOSED, f"The {what} of benign messages is closed here (GATEWAY_OPEN_BENIGN_RAW)")


def _preview(row: Message, requested_by: str) -> HttpResponse:
    started = timezone.now()
    try:
        png = preview_png(row.raw)
    except PreviewPending as error:
        again = {"Retry-After": "1"}
        raise Problem(503, UNAVAILABLE, "The preview is being drawn; ask again in a second", headers=again) from error
    except PreviewFailed as error:
        raise Problem(503, UNAVAILABLE, f"No preview: {error}") from error
    ActionLog.objects.using(DATABASE).create(
        message=row,
        operation=ActionLog.Operation.PREVIEW,
        started_at=started,
        completed_at=timezone.now(),
        success=True,
        status="completed",
        properties={"requested_by": requested_by},
    )
    update_delivery_fields(row, operation=OperationBit.PREVIEW)
    return answer(contract.Preview(screenshot=base64.b64encode(png).decode("ascii")))
