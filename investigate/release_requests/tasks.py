"""Celery task of recipients' requests. It is safe to execute twice."""

from celery import shared_task

from investigate.release_requests.settling import requests_keep


@shared_task(name="investigate.release_requests.tasks.keep_requests", acks_late=True, reject_on_worker_lost=True)
def keep_requests() -> None:
    """Answer what jobs have proven, put back what they did not do, and let requests expire."""
    requests_keep()
