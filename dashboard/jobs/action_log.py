"""A message's action log: from its own operation, or as older servers embed it in the message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings

from api_client import Client, StatusError
from api_client.models import (
    ActionEntry,
    ActionProperties,
    Message,
)


def log_of(client: Client, message: Message) -> Sequence[ActionEntry] | None:
    """Give the action log: from its own address, else as embedded in the message, else None."""
    try:
        return client.investigate.action_log.list(message.id)
    except StatusError as error:
        # Not every backend has the address; the older, embedded log serves as well.
        if error.status not in {404, 405, 501}:
            raise
    return embedded_log(message)


def clock_slack() -> timedelta:
    """Give how far another server's clock may be off; our gateway shares this machine's."""
    return timedelta(seconds=1 if settings.GATEWAY_EMBEDDED else 30)


# The embedded log has no word of success, only a status; these parts of it mean that nothing was moved.
FAILURES = ("fail", "error", "not_", "denied", "rejected")


def embedded_log(message: Message) -> list[ActionEntry] | None:
    """Give the deprecated log within a message as entries of the newer one; None where the server serves none."""
    if message.action_log is None:
        return None
    return [
        ActionEntry(
            operation=entry.operation,
            completed_at=entry.completed_at,
            status=entry.status,
            success=not any(word in (entry.status or "").lower() for word in FAILURES),
            properties=ActionProperties(folder=entry.properties.folder) if entry.properties else None,
        )
        for entry in message.action_log
    ]
