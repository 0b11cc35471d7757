"""Celery tasks of jobs. Each takes at most an id, calls one service, and may run twice without harm."""

from __future__ import annotations

import logging
import math
from uuid import UUID

from celery import shared_task
from django.conf import settings
from kombu.exceptions import OperationalError

from dashboard.jobs.running.recover import jobs_recover
from dashboard.jobs.running.run import job_run
from dashboard.jobs.selections.services import selections_forget

LONGEST_COUNTDOWN = 120.0

logger = logging.getLogger(__name__)


@shared_task(name="dashboard.jobs.tasks.run_job", acks_late=True, reject_on_worker_lost=True)
def run_job(job_id: str) -> None:
    """Run a slice of a job, and queue the next slice."""
    again = job_run(UUID(job_id))
    # A task with a countdown stays unacknowledged with its worker. Longer pauses are left to the beat task.
    if again is not None and again <= LONGEST_COUNTDOWN:
        enqueue(UUID(job_id), countdown=again)


@shared_task(name="dashboard.jobs.tasks.recover_jobs", acks_late=True, reject_on_worker_lost=True)
def recover_jobs() -> None:
    """Free the items of lost workers, and queue every job that needs a worker."""
    for job in jobs_recover():
        # The task expires after a lease's time, so that duplicates do not pile up while the workers are busy.
        run_job.apply_async((str(job.pk),), expires=max(1, settings.GATEHOUSE_JOB_LEASE))


@shared_task(name="dashboard.jobs.tasks.forget_selections", acks_late=True, reject_on_worker_lost=True)
def forget_selections() -> None:
    """Delete a batch of old selections' rows."""
    selections_forget()


def enqueue(job_id: UUID, *, countdown: float = 0.0) -> None:
    """Queue a job for a worker. If the broker can't be reached, the beat task queues the job later."""
    try:
        run_job.apply_async((str(job_id),), countdown=math.ceil(countdown * 10) / 10)
    except OperationalError as error:
        logger.warning("job %s is not queued now, the broker can't be reached: %s", job_id, error)
