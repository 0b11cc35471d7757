"""Celery task of retention."""

from celery import shared_task

from gateway.retention.running import delete_old


@shared_task(name="gateway.retention.tasks.delete_old_mail")
def delete_old_mail() -> None:
    """Delete mail, pictures and jobs that are older than the operator keeps them."""
    delete_old()
