"""Celery task of the overview. It is safe to execute twice."""

from celery import shared_task

from dashboard.overview.chart_data import pictures_are_due, pictures_draw
from dashboard.overview.queue import KEEP
from dashboard.overview.rollups import rollups_update


@shared_task(name=KEEP, acks_late=True, reject_on_worker_lost=True)
def keep_rollups() -> None:
    """Start the day walk that is due, and compute the pictures if they are due."""
    rollups_update()
    if pictures_are_due():
        pictures_draw()
