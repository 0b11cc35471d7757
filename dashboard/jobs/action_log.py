"""Reads a message's action log, from its own API operation or, on older servers, embedded in the message."""

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
    """Return the action log from its own operation, else as embedded in the message, else None. Raise ApiError."""
    try:
        return client.investigate.action_log.list(message.id)
    except StatusError as error:
        # Not every backend has this operation. The older, embedded log serves as well.
        if error.status not in {404, 405, 501}:
            raise
    return embedded_log(message)


def clock_slack() -> timedelta:
    """Return by how much the server's clock may differ from ours. The embedded gateway uses this machine's clock."""
    return timedelta(seconds=1 if settings.GATEWAY_EMBEDDED else 30)


# Entries of the embedded log have a status, but no success flag. These parts of a status mean that nothing was moved.
FAILURES = ("fail", "error", "not_", "denied", "rejected")


def embedded_log(message: Message) -> list[ActionEntry] | None:
    """Return the deprecated log in a message as entries of the newer log, or None if the server sends no such log."""
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
