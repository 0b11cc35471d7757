"""Reads what was done to a message, from either form in which the API serves it."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from pydantic import TypeAdapter

from api_client import Client, StatusError
from api_client.models import ActionEntry, ActionProperties, Message
from dashboard.backend import backend_fingerprint

KEPT_SECONDS = 900
MOST_KEPT = 200
"""Longer logs are not kept."""

_ENTRIES = TypeAdapter(list[ActionEntry])
logger = logging.getLogger(__name__)


def log_of(client: Client, message: Message) -> list[ActionEntry] | None:
    """Return the log from its own operation, else as embedded in the message, else None. Raise ApiError."""
    log = _asked_for(client, message.id)
    return embedded_log(message) if log is None else log


def log_read_since(client: Client, investigate_id: str, since: datetime) -> list[ActionEntry] | None:
    """Return a message's log as it was at `since` (aware) or later, or None if the API has no such operation.

    A log that any process read since then is not asked for again. What was done to a message stays in its log, so an
    older reading still tells what had happened by then. A message that is not there looks like an API without the
    operation. Raise ApiError.
    """
    key = f"gatehouse:action-log:{backend_fingerprint()}:{hashlib.sha256(investigate_id.encode()).hexdigest()}"
    if kept := _kept(key, since):
        return kept
    read_at = timezone.now()
    log = _asked_for(client, investigate_id)
    if log and len(log) <= MOST_KEPT:
        _keep(key, read_at, log)
    return log


def _asked_for(client: Client, investigate_id: str) -> list[ActionEntry] | None:
    try:
        return client.investigate.action_log.list(investigate_id)
    except StatusError as error:
        # Not every backend has this operation.
        if error.status not in {404, 405, 501}:
            raise
    return None


def _kept(key: str, since: datetime) -> list[ActionEntry] | None:
    try:
        read_at, log = cache.get(key) or ("", b"")
    except redis.RedisError:
        return None
    return _ENTRIES.validate_json(log) if read_at and datetime.fromisoformat(read_at) >= since else None


def _keep(key: str, read_at: datetime, log: list[ActionEntry]) -> None:
    try:
        cache.set(key, (read_at.isoformat(), _ENTRIES.dump_json(log)), KEPT_SECONDS)
    except redis.RedisError as error:
        logger.debug("an action log is not kept, Redis can't be reached: %s", error)


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
