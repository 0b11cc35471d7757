"""The gateway's own background work."""

from celery import shared_task

from gateway.delivery.ledger import deliver_overdue


@shared_task(name="gateway.delivery.tasks.deliver_queued")
def deliver_queued() -> None:
    """Finish deliveries that a dead process left queued."""
    deliver_overdue()
