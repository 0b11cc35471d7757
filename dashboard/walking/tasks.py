"""The Celery tasks of walks: each takes ids at most, calls one service, and may run twice without harm."""

from __future__ import annotations

import logging
import math
from uuid import UUID

from celery import shared_task
from django.conf import settings
from kombu.exceptions import OperationalError

from dashboard.walking.running import walk_run, walks_left

LONGEST_COUNTDOWN = 60.0

logger = logging.getLogger(__name__)


@shared_task(name="dashboard.walking.tasks.run_walk", acks_late=True, reject_on_worker_lost=True)
def run_walk(label: str, walk_id: str) -> None:
    """Walk for a while, and queue what is left."""
    again = walk_run(label, UUID(walk_id))
    if again is not None and again <= LONGEST_COUNTDOWN:
        enqueue(label, UUID(walk_id), countdown=again)


@shared_task(name="dashboard.walking.tasks.recover_walks", acks_late=True, reject_on_worker_lost=True)
def recover_walks() -> None:
    """Queue every walk that nobody holds and that has something to do."""
    for label, walk_id in walks_left():
        run_walk.apply_async((label, str(walk_id)), expires=max(1, settings.GATEHOUSE_JOB_LEASE))


def enqueue(label: str, walk_id: UUID, *, countdown: float = 0.0) -> None:
    """Tell a worker of a walk. When the broker can't be reached, the beat task will tell of it later."""
    try:
        run_walk.apply_async((label, str(walk_id)), countdown=math.ceil(countdown * 10) / 10)
    except OperationalError as error:
        logger.warning("walk %s is not queued now, the broker can't be reached: %s", walk_id, error)
