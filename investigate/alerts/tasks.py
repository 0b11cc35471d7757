"""Celery task of alerts. It takes no argument, and is safe to run twice."""

from celery import shared_task

from investigate.alerts.running import alerts_run


@shared_task(name="investigate.alerts.tasks.run_alerts", acks_late=True, reject_on_worker_lost=True)
def run_alerts() -> None:
    """Have alerts look, and tell what they found."""
    alerts_run()
