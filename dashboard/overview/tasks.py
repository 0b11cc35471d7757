"""The Celery task of the overview; it may run twice without harm."""

from celery import shared_task

from dashboard.overview.chart_data import pictures_are_due, pictures_draw
from dashboard.overview.queue import KEEP
from dashboard.overview.rollups import rollups_keep


@shared_task(name=KEEP, acks_late=True, reject_on_worker_lost=True)
def keep_rollups() -> None:
    """Start the walk that is due, and draw the pictures when they are."""
    rollups_keep()
    if pictures_are_due():
        pictures_draw()
