"""Celery task that mails reviewers about overdue submissions. It is safe to run twice."""

from __future__ import annotations

from celery import shared_task

from investigate.submissions.campaign_rows import rows_keep
from investigate.submissions.overdue import mail_overdue


@shared_task(name="investigate.reviews.tasks.tell_overdue", acks_late=True, reject_on_worker_lost=True)
def tell_overdue() -> None:
    """Put mail about newly overdue submissions into the outbox."""
    mail_overdue()


@shared_task(name="investigate.submissions.tasks.keep_rows", acks_late=True, reject_on_worker_lost=True)
def keep_rows() -> None:
    """Put reports into the rows of their campaigns."""
    rows_keep()
