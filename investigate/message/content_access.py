"""Content access: fetch the raw source or the preview of a message. Each access is audited before it is shown."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from api_client import NEVER, ApiError, ResponseInvalid, ServerError
from api_client.models import Preview, RawDownload
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record, record_look
from dashboard.backend import api_client_for_console
from investigate.display.message import DisplayedMessage
from investigate.message.selectors import message_get

T = TypeVar("T")


class PreviewPending(Exception):
    """The picture is being drawn. Ask again in `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"ask again in {seconds} seconds")
        self.seconds = seconds


def raw_view(*, actor: Actor, message: DisplayedMessage) -> str:
    """Return the message's source as text, and record the access in the audit trail.

    Raise ApiError if the source can't be fetched.
    """
    client = api_client_for_console()
    return _audited_access(
        actor,
        AuditAction.RAW_VIEW,
        message.id,
        lambda: client.investigate.raw.get(message.id, submission=message.submission).raw,
    )


def raw_download(*, actor: Actor, message_id: str, is_report: bool = False) -> RawDownload:
    """Return the message's source as bytes, and record the access in the audit trail.

    `RawDownload.exact` says whether they are the original bytes. Raise ApiError if the source can't be fetched.
    """
    client = api_client_for_console()
    return _audited_access(
        actor,
        AuditAction.RAW_DOWNLOAD,
        message_id,
        lambda: client.investigate.raw.download(message_id, submission=is_report or None),
        lambda download: {"bytes": len(download.content), "exact": download.exact},
    )


def preview_view(*, actor: Actor, message_id: str, is_report: bool = False) -> bytes:
    """Return the preview image of the message as PNG bytes, and record the access in the audit trail.

    Raise ApiError if the preview can't be fetched or the response is not an image, and PreviewPending if it is still
    being drawn: nothing was seen then, so nothing is recorded, and nobody waits for it here.
    """
    return _audited_access(
        actor, AuditAction.PREVIEW_VIEW, message_id, lambda: _picture(message_id, is_report=is_report)
    )


def _picture(message_id: str, *, is_report: bool) -> bytes:
    """Fetch the preview image. The API requires a POST request for messages that were not detected."""
    resource = api_client_for_console().with_retry(NEVER).investigate.preview
    message = message_get(message_id, is_report=is_report)
    asks = message.verdict.is_clean and not message.submission
    preview: Preview = (
        resource.create(id=message.id) if asks else resource.get(message.id, submission=message.submission)
    )
    try:
        return preview.png
    except ValueError as error:
        raise ResponseInvalid(str(error), operation="preview") from error


def _audited_access(
    actor: Actor,
    action: AuditAction,
    message_id: str,
    fetch: Callable[[], T],
    describe: Callable[[T], dict[str, Any]] = lambda _content: {},
) -> T:
    """Fetch the content, write the audit row, and only then return the content. A failed access is audited too."""
    # Each download is an entry of its own; looks by one person within some minutes are one.
    keep = record if action == AuditAction.RAW_DOWNLOAD else record_look
    write = partial(keep, actor=actor, action=action, object_kind="message", object_id=message_id)
    try:
        content = fetch()
    except ApiError as error:
        if action == AuditAction.PREVIEW_VIEW and isinstance(error, ServerError) and error.retry_after is not None:
            raise PreviewPending(math.ceil(error.retry_after)) from error
        write(outcome=Outcome.FAILED, detail={"error": type(error).__name__})
        raise
    write(outcome=Outcome.DONE, detail=describe(content))
    return content
