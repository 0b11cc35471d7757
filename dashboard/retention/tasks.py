"""Celery task of the console's retention."""

from celery import shared_task

from dashboard.retention.running import delete_old


@shared_task(name="dashboard.retention.tasks.delete_old_rows")
def delete_old_rows() -> None:
    """Delete rows that are older than the operator keeps them."""
    delete_old()
