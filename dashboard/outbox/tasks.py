"""Celery tasks of the outbox. Each may run twice without harm."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from celery import shared_task
from kombu.exceptions import OperationalError

from dashboard.outbox.sending import lane_send, lanes_due

logger = logging.getLogger(__name__)


@shared_task(name="dashboard.outbox.tasks.send_due", acks_late=True, reject_on_worker_lost=True)
def send_due() -> None:
    """Queue each lane that has something to send: what a lost worker left, and what is to be tried again."""
    send_soon(lanes_due())


@shared_task(name="dashboard.outbox.tasks.send_lane", acks_late=True, reject_on_worker_lost=True)
def send_lane(name: str) -> None:
    """Send what is due in a lane for a slice of time, and queue it again if more is due."""
    if lane_send(name):
        send_soon([name])


def send_soon(names: Iterable[str]) -> None:
    """Queue lanes for a worker. If the broker can't be reached, beat's task queues them later."""
    try:
        for name in names:
            # What waited longer in the queue is dropped: beat has queued the lane again by then.
            send_lane.apply_async((name,), expires=60)
    except OperationalError as error:
        logger.warning("the outbox is not sent now, the broker can't be reached: %s", error)
