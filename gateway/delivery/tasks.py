"""Celery task that finishes interrupted deliveries."""

from celery import shared_task

from gateway.delivery.ledger import deliver_overdue


@shared_task(name="gateway.delivery.tasks.deliver_queued")
def deliver_queued() -> None:
    """Deliver copies that a process left queued when it died or failed."""
    deliver_overdue()
