"""Celery tasks of digests. They are safe to execute twice."""

from celery import shared_task

from investigate.digests.making import digests_make
from investigate.digests.reading import reading_start


@shared_task(name="investigate.digests.tasks.keep_digests", acks_late=True, reject_on_worker_lost=True)
def keep_digests() -> None:
    """Start the reading of held mail that is due, and make the digests that are due."""
    reading_start()
    digests_make()
