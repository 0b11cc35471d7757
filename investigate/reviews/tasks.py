"""The Celery tasks of the mirror; each may run twice without harm."""

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
    """Read submissions and reports anew; one that fails does not keep the other back."""
    for kind in MirrorKind:
        try:
            mirror_refresh(kind)
        except ApiError as error:
            logger.warning("the mirror of %s is not refreshed: %s", kind.value, error)


def enqueue_refresh(*, countdown: float = 0.0) -> None:
    """Have the mirror refreshed soon. When the broker can't be reached, the beat task does it anyway."""
    try:
        refresh_mirrors.apply_async(countdown=countdown, expires=60 + countdown)
    except OperationalError as error:
        logger.warning("the mirror is refreshed later, the broker can't be reached: %s", error)
