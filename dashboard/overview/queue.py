"""Telling a worker that there may be something to keep."""

from __future__ import annotations

import logging

from celery import current_app
from kombu.exceptions import OperationalError

KEEP = "dashboard.overview.tasks.keep_rollups"

logger = logging.getLogger(__name__)


def enqueue_keeping() -> None:
    """Have the next day counted at once. When the broker can't be reached, the beat task does it."""
    try:
        current_app.send_task(KEEP, expires=60)
    except OperationalError as error:
        logger.warning("rollups go on later, the broker can't be reached: %s", error)
