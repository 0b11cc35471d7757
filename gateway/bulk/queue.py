"""Queue a bulk action job for a worker, by the task's name: the task's module imports what this one is used by."""

import logging
import math
from uuid import UUID

from celery import current_app
from kombu.exceptions import OperationalError

RUN_BULK_JOB = "gateway.bulk.tasks.run_bulk_job"

logger = logging.getLogger(__name__)


def enqueue(job_id: UUID, *, countdown: float = 0.0) -> None:
    """Send a job's task to a worker after `countdown` seconds.

    If the broker can't be reached, nothing is lost: the beat task sends it later.
    """
    try:
        current_app.send_task(RUN_BULK_JOB, (str(job_id),), countdown=math.ceil(countdown * 10) / 10)
    except OperationalError as error:
        logger.warning("bulk job %s is not queued now, the broker can't be reached: %s", job_id, error)
