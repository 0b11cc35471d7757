"""Celery tasks that run and recover bulk action jobs, and settle what waits for a second person."""

from uuid import UUID

from celery import shared_task
from django.conf import settings

from gateway.bulk.deciding import requests_settle
from gateway.bulk.queue import RUN_BULK_JOB, enqueue
from gateway.bulk.recovery import recover
from gateway.bulk.running import run
from gateway.bulk.telling import tell_requests

# A delayed task stays unacknowledged with its worker. So after longer pauses the Celery beat task enqueues the job.
LONGEST_COUNTDOWN = 120.0


@shared_task(name=RUN_BULK_JOB)
def run_bulk_job(job_id: str) -> None:
    """Do one slice of a job and enqueue the next one."""
    again = run(UUID(job_id))
    if again is None:
        settle_requests()
    elif again <= LONGEST_COUNTDOWN:
        enqueue(UUID(job_id), countdown=again)


@shared_task(name="gateway.bulk.tasks.recover_bulk_jobs")
def recover_bulk_jobs() -> None:
    """Recover the rows of lost workers, enqueue every job that has work to do, and settle what waits.

    Run by Celery beat.
    """
    for job in recover():
        run_bulk_job.apply_async((str(job.pk),), expires=max(1, settings.GATEHOUSE_JOB_LEASE))
    settle_requests()


def settle_requests() -> None:
    """End requests that nobody decided on, note what came of the approved ones, and tell the trail of both."""
    requests_settle()
    tell_requests()
