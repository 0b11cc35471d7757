"""Celery task that refreshes the mirrors of submissions and reports. It is idempotent."""

from __future__ import annotations

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from api_client import ApiError
from investigate.reviews.mirror import mirror_refresh
from investigate.reviews.models import MirrorKind

logger = logging.getLogger(__name__)


@shared_task(name="investigate.reviews.tasks.refresh_mirrors", acks_late=True, reject_on_worker_lost=True)
def refresh_mirrors() -> None:
    """Refresh the mirrors of submissions and of reports. If one fails, the other is refreshed nevertheless."""
    for kind in MirrorKind:
        try:
            mirror_refresh(kind)
        except ApiError as error:
            logger.warning("the mirror of %s is not refreshed: %s", kind.value, error)


def enqueue_refresh(*, countdown: float = 0.0) -> None:
    """Enqueue a refresh in `countdown` seconds. If the broker is unreachable, the beat task refreshes later."""
    try:
        refresh_mirrors.apply_async(countdown=countdown, expires=60 + countdown)
    except OperationalError as error:
        logger.warning("the mirror is refreshed later, the broker can't be reached: %s", error)
