"""Looking at what a message holds. Every look leaves an audit row before anything is shown."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from api_client import ApiError, ResponseInvalid
from api_client.models import Preview, RawDownload
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.backend import api_client_for_console
from investigate.display.message import ShownMessage
from investigate.message.selectors import message_get

T = TypeVar("T")


def raw_look(*, actor: Actor, message: ShownMessage) -> str:
    """Return the message's source as text."""
    client = api_client_for_console()
    return _looked(
        actor,
        AuditAction.RAW_VIEW,
        message.id,
        lambda: client.investigate.raw.get(message.id, submission=message.submission).raw,
    )


def raw_download(*, actor: Actor, message_id: str, is_report: bool = False) -> RawDownload:
    """Return the message's source as bytes, and whether they are the very ones that came in."""
    client = api_client_for_console()
    return _looked(
        actor,
        AuditAction.RAW_DOWNLOAD,
        message_id,
        lambda: client.investigate.raw.download(message_id, submission=is_report or None),
        lambda download: {"bytes": len(download.content), "exact": download.exact},
    )


def preview_look(*, actor: Actor, message_id: str, is_report: bool = False) -> bytes:
    """Return the picture of the message as a PNG. Raises ApiError, also where what came back is no picture."""
    return _looked(actor, AuditAction.PREVIEW_VIEW, message_id, lambda: _picture(message_id, is_report=is_report))


def _picture(message_id: str, *, is_report: bool) -> bytes:
    """Ask in the way that fits the verdict: pictures of what was not detected have to be asked for with a POST."""
    resource = api_client_for_console().investigate.preview
    message = message_get(message_id, is_report=is_report)
    asks = message.verdict.is_clean and not message.submission
    preview: Preview = (
        resource.create(id=message.id) if asks else resource.get(message.id, submission=message.submission)
    )
    try:
        return preview.png
    except ValueError as error:
        raise ResponseInvalid(str(error), operation="preview") from error


def _looked(
    actor: Actor,
    action: AuditAction,
    message_id: str,
    fetch: Callable[[], T],
    describe: Callable[[T], dict[str, Any]] = lambda _content: {},
) -> T:
    """Fetch, write the look down, and only then hand it out; a look that failed is written down too."""
    write = partial(record, actor=actor, action=action, object_kind="message", object_id=message_id)
    try:
        content = fetch()
    except ApiError as error:
        write(outcome=Outcome.FAILED, detail={"error": type(error).__name__})
        raise
    write(outcome=Outcome.DONE, detail=describe(content))
    return content
