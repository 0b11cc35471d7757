"""Celery tasks of runs. Each task takes at most an id and is safe to execute twice."""

from __future__ import annotations

import logging
import math
from uuid import UUID

from celery import shared_task
from django.conf import settings
from kombu.exceptions import OperationalError

LONGEST_COUNTDOWN = 60.0

logger = logging.getLogger(__name__)


@shared_task(name="settings_admin.runs.tasks.work_on_run", acks_late=True, reject_on_worker_lost=True)
def work_on_run(run_id: str) -> None:
    """Execute one step of a run, and queue the next one."""
    from settings_admin.runs.running import run_step

    again = run_step(UUID(run_id))
    if again is not None and again <= LONGEST_COUNTDOWN:
        enqueue(UUID(run_id), countdown=again)


@shared_task(name="settings_admin.runs.tasks.recover_runs", acks_late=True, reject_on_worker_lost=True)
def recover_runs() -> None:
    """Queue every run that has work to do and is not claimed. Celery beat calls this."""
    from settings_admin.runs.claiming import free
    from settings_admin.runs.models import Run

    for run_id in Run.objects.filter(free()).order_by("created_at").values_list("pk", flat=True):
        work_on_run.apply_async((str(run_id),), expires=max(1, settings.GATEHOUSE_JOB_LEASE))


def enqueue(run_id: UUID, *, countdown: float = 0.0) -> None:
    """Queue a run for a worker. If the broker can't be reached, `recover_runs` queues it later."""
    try:
        work_on_run.apply_async((str(run_id),), countdown=math.ceil(countdown * 10) / 10)
    except OperationalError as error:
        logger.warning("run %s is not queued now, the broker can't be reached: %s", run_id, error)
