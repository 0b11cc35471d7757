"""Celery task of the weekly report. It is safe to run twice."""

from celery import shared_task

from dashboard.weekly_report.sending import report_send_due


@shared_task(name="dashboard.weekly_report.tasks.send_due", acks_late=True, reject_on_worker_lost=True)
def send_due() -> None:
    """Send the report if its time has come."""
    report_send_due()
