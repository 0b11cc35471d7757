"""Queue the task that keeps the campaigns up to date."""

from __future__ import annotations

import logging

from celery import current_app
from kombu.exceptions import OperationalError

KEEP = "investigate.campaigns.tasks.keep_campaigns"

logger = logging.getLogger(__name__)


def enqueue_keeping() -> None:
    """Queue the task that reads what is due next. If the broker can't be reached, Celery beat queues it later."""
    try:
        current_app.send_task(KEEP, expires=60)
    except OperationalError as error:
        logger.warning("campaigns go on later, the broker can't be reached: %s", error)
