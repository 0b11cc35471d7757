"""Celery task of writes by API that wait. It is safe to execute twice."""

from celery import shared_task

from dashboard.api_writes.counting import waiting_writes_recount


@shared_task(name="dashboard.api_writes.tasks.count_waiting", acks_late=True, reject_on_worker_lost=True)
def count_waiting() -> None:
    """Count the writes that wait, for the navigation."""
    waiting_writes_recount()
