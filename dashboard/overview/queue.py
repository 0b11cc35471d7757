"""Queue the task that keeps the rollups up to date."""

from __future__ import annotations

import logging

from celery import current_app
from kombu.exceptions import OperationalError

KEEP = "dashboard.overview.tasks.keep_rollups"

logger = logging.getLogger(__name__)


def enqueue_rollups() -> None:
    """Queue the task that counts the next day. If the broker can't be reached, Celery beat queues it later."""
    try:
        current_app.send_task(KEEP, expires=60)
    except OperationalError as error:
        logger.warning("rollups go on later, the broker can't be reached: %s", error)
