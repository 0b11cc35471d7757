"""Celery task of campaigns. It is safe to execute twice."""

from celery import shared_task

from investigate.campaigns.details import details_read
from investigate.campaigns.keeping import campaigns_group
from investigate.campaigns.queue import KEEP
from investigate.campaigns.reading import reading_start


@shared_task(name=KEEP, acks_late=True, reject_on_worker_lost=True)
def keep_campaigns() -> None:
    """Start the reading that is due, read a few details, and group what was read if that is due."""
    reading_start()
    details_read()
    campaigns_group()
