"""Celery tasks of walks. Each takes only ids, calls one service, and is safe to run twice."""

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
    """Run a walk for one slice of time, and enqueue it again if it is not done.

    After a pause of more than `LONGEST_COUNTDOWN` seconds, `recover_walks` enqueues it.
    """
    again = walk_run(label, UUID(walk_id))
    if again is not None and again <= LONGEST_COUNTDOWN:
        enqueue(label, UUID(walk_id), countdown=again)


@shared_task(name="dashboard.walking.tasks.recover_walks", acks_late=True, reject_on_worker_lost=True)
def recover_walks() -> None:
    """Enqueue every active walk that no worker has claimed and that may run now."""
    for label, walk_id in walks_left():
        run_walk.apply_async((label, str(walk_id)), expires=max(1, settings.GATEHOUSE_JOB_LEASE))


def enqueue(label: str, walk_id: UUID, *, countdown: float = 0.0) -> None:
    """Enqueue a walk, to run after `countdown` seconds. If the broker can't be reached, the beat task does it later."""
    try:
        run_walk.apply_async((label, str(walk_id)), countdown=math.ceil(countdown * 10) / 10)
    except OperationalError as error:
        logger.warning("walk %s is not queued now, the broker can't be reached: %s", walk_id, error)
