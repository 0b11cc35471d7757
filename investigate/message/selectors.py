"""Read one message from the API: the message itself, its detections, its trace and its action log."""

from api_client import NotFound
from api_client.errors import BadRequest, Forbidden
from api_client.models import ActionEntry, Detections, Trace
from dashboard.backend import api_client_for_console
from investigate.display.message import ShownMessage


def message_get(message_id: str, *, is_report: bool = False) -> ShownMessage:
    """Return one message, or what somebody reported."""
    return ShownMessage(api_client_for_console().investigate.get(message_id, submission=is_report or None))


def message_detections(message: ShownMessage) -> Detections | None:
    """Return what was found in the message; None where the API has no such details because it is clean."""
    try:
        return api_client_for_console().investigate.detections.get(message.id, submission=message.submission)
    except (NotFound, BadRequest, Forbidden):
        if message.verdict.is_clean:
            return None
        raise


def message_trace(message: ShownMessage) -> Trace:
    """Return the message's way through the service."""
    return api_client_for_console().investigate.trace.get(message.id, submission=message.submission)


def message_actions(message: ShownMessage) -> list[ActionEntry]:
    """Return what was done to the message; the API keeps no such log of a report."""
    if message.submission:
        return []
    return api_client_for_console().investigate.action_log.list(message.id)
