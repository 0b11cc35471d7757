"""Reports of the same mail: one decision answers all of them."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from api_client.models.values import SubmissionDisposition
from dashboard.audit.actor import Actor
from dashboard.jobs.models import Job
from dashboard.jobs.services import job_create
from dashboard.jobs.states import JobAction
from investigate.reviews.models import Submission
from investigate.reviews.selectors import submissions_all
from investigate.reviews.services import close_here
from investigate.submissions.selectors import OPEN

SHOWN = 50
ANSWERED_AT_MOST = 10_000


def reports_of_same_mail(submission: Submission) -> QuerySet[Submission]:
    """Return the other reports of the mail that this one is about, newest first."""
    if not submission.same_mail:
        return submissions_all().none()
    others = submissions_all().filter(same_mail=submission.same_mail).exclude(pk=submission.pk)
    return others.order_by("-requested_at", "-id")


def open_reports_of_same_mail(submission: Submission) -> QuerySet[Submission]:
    """Return those of the other reports that nobody has answered or closed."""
    return reports_of_same_mail(submission).filter(OPEN)


@transaction.atomic
def close_all(submission: Submission, *, words: str, actor: Actor) -> int:
    """Close a report and all open ones of the same mail in the console. Return how many were closed."""
    closed = [
        close_here(one, words=words, actor=actor)
        for one in (submission, *open_reports_of_same_mail(submission)[:ANSWERED_AT_MOST])
    ]
    return sum(closed)


def answer_others(submission: Submission, *, asked: SubmissionDisposition, user: User, actor: Actor) -> Job | None:
    """Ask for the same verdict for the messages of the other open reports, by a job. Return None if there are none.

    The message of this report is not among them. A job takes each message once, however often it was reported.
    """
    open_ones = open_reports_of_same_mail(submission).exclude(original_postfix_id="")
    ids = open_ones.exclude(original_postfix_id=submission.original_postfix_id).values_list(
        "original_postfix_id", flat=True
    )
    found = list(dict.fromkeys(ids[:ANSWERED_AT_MOST]))
    if not found:
        return None
    return job_create(
        user=user,
        actor=actor,
        action=JobAction.RECLASSIFY.value,
        disposition=asked.value,
        ids=found,
        reason=f"Reports of the same mail as submission {submission.submission_id}",
    )
