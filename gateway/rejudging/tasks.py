"""Celery tasks that review submissions and read again what could not be read whole."""

import logging
from uuid import UUID

from celery import shared_task
from django.conf import settings
from kombu.exceptions import OperationalError

from gateway.rejudging import retro_scan, review
from gateway.rejudging.read_again import read_unread_again

logger = logging.getLogger(__name__)


@shared_task(name="gateway.submissions.tasks.review_submission")
def review_submission(submission_id: str) -> None:
    """Judge one submitted message again."""
    review.review(UUID(submission_id))


@shared_task(name="gateway.submissions.tasks.review_waiting")
def review_waiting() -> None:
    """Judge every submitted message that no worker has judged yet."""
    review.review_waiting()


@shared_task(name="gateway.rejudging.tasks.read_unread")
def read_unread() -> None:
    """Read the messages that are due of those that could not be read whole."""
    read_unread_again()


@shared_task(name="gateway.rejudging.tasks.scan_again", soft_time_limit=120)
def scan_again() -> None:
    """Judge a slice of the last days' mail again, if what verdicts are made of has changed."""
    retro_scan.go_on(settings.GATEWAY_ACCOUNT_ID)


def enqueue(submission_id: UUID) -> None:
    """Enqueue the review of a submission. If the broker can't be reached, the beat task reviews it later."""
    try:
        review_submission.delay(str(submission_id))
    except OperationalError as error:
        logger.warning("submission %s is judged later, the broker can't be reached: %s", submission_id, error)
