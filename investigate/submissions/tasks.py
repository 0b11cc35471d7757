"""Celery task that mails reviewers about overdue submissions. If it runs twice, at worst the mail is sent twice."""

from __future__ import annotations

from celery import shared_task

from investigate.submissions.overdue import mail_overdue


@shared_task(name="investigate.reviews.tasks.tell_overdue", acks_late=True, reject_on_worker_lost=True)
def tell_overdue() -> None:
    """Send mail about newly overdue submissions."""
    mail_overdue()
