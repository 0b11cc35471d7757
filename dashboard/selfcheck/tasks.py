"""Celery task of the self-check. It is safe to run twice."""

from celery import shared_task

from dashboard.selfcheck.services import self_check_run_due


@shared_task(name="dashboard.selfcheck.tasks.check_mail")
def check_mail() -> None:
    """Send a mail the whole way if that is due."""
    self_check_run_due()
