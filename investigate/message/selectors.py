"""Fetch one message from the API: the message itself, its detections, its trace and its action log."""

from api_client import NotFound
from api_client.errors import BadRequest, Forbidden
from api_client.models import ActionEntry, Detections, Trace
from dashboard.backend import api_client_for_console
from investigate.display.message import DisplayedMessage


def message_get(message_id: str, *, is_report: bool = False) -> DisplayedMessage:
    """Return one message, or with `is_report` one user report."""
    return DisplayedMessage(api_client_for_console().investigate.get(message_id, submission=is_report or None))


def message_detections(message: DisplayedMessage) -> Detections | None:
    """Return the detections of the message, or None if the API has none because the message is clean."""
    try:
        return api_client_for_console().investigate.detections.get(message.id, submission=message.submission)
    except (NotFound, BadRequest, Forbidden):
        if message.verdict.is_clean:
            return None
        raise


def message_trace(message: DisplayedMessage) -> Trace:
    """Return the delivery trace of the message."""
    return api_client_for_console().investigate.trace.get(message.id, submission=message.submission)


def message_actions(message: DisplayedMessage) -> list[ActionEntry]:
    """Return the API's action log of the message. The list is empty for a user report, which has no log."""
    if message.submission:
        return []
    return api_client_for_console().investigate.action_log.list(message.id)
