"""Models of the mirror: submissions and PhishGuard reports from the API, with the team's claims, notes and closings."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class MirrorKind(models.TextChoices):
    """Kind of mirrored objects."""

    SUBMISSIONS = "submissions", "Submissions"
    REPORTS = "reports", "PhishGuard reports"


class Mirror(models.Model):
    """State of the mirror of one kind on one backend, with the lease of the running refresh.

    `recent_at` is the time of the last successful refresh, and `full_at` that of the last full one. `not_before` is the
    end of a pause after a failure. `error` is the reason why the last refresh failed, or empty. An interrupted refresh
    is repeated: writing rows is idempotent.
    """

    kind = models.CharField(max_length=16, choices=MirrorKind.choices)
    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    recent_at = models.DateTimeField(null=True, blank=True)
    full_at = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "account_id", "backend"], name="review_mirror_once")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.account_id}"


class Followed(models.Model):
    """Abstract model of a mirrored object with the team's own data about it, which the API can't store.

    A user may claim the object, and close it in the console with a text (`closing_words`), which sets `closed_at`.
    `seen_at` is the time of the last refresh that found the object. `gone_at` is set while the API does not list it.
    """

    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    claimed_by_name = models.CharField(max_length=150, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    closed_by_name = models.CharField(max_length=150, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_words = models.TextField(blank=True)

    class Meta:
        abstract = True


class Submission(Followed):
    """A submission from the API.

    It is open until it is answered or closed in the console. `answered_at` is the time at which the mirror first saw it
    judged, reviewed or escalated. `asked_by_name` is the console's user who requested it, found by original message,
    requested disposition and time. `request_id` is the id of the request: that of the audit entry, or with the prefix
    `item:`, that of the job's item. Submissions with the same `row_key` are one row of the list: at first those of the
    `same_mail`, later those of one campaign. `folded` is the case-folded text that the word filter searches. `told_at`
    is the time at which mail about the overdue submission was sent.
    """

    submission_id = models.CharField(max_length=64)
    type = models.CharField(max_length=16, blank=True)
    customer_status = models.CharField(max_length=32, blank=True)
    status = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=64, blank=True)
    original_disposition = models.CharField(max_length=32, blank=True)
    requested_disposition = models.CharField(max_length=32, blank=True)
    outcome_disposition = models.CharField(max_length=32, blank=True)
    requested_by = models.CharField(max_length=320, blank=True)
    requested_at = models.DateTimeField()
    subject = models.TextField(blank=True)
    original_postfix_id = models.CharField(max_length=128, blank=True)
    original_edf_hash = models.CharField(max_length=128, blank=True)
    same_mail = models.CharField(max_length=64, blank=True)
    row_key = models.CharField(max_length=64, blank=True)
    escalated_as = models.CharField(max_length=32, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    escalated_by = models.CharField(max_length=320, blank=True)
    escalated_submission_id = models.CharField(max_length=64, blank=True)
    is_escalation = models.BooleanField(default=False)
    folded = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    asked_by_name = models.CharField(max_length=150, blank=True)
    request_id = models.CharField(max_length=40, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account_id", "backend", "submission_id"], name="review_submission_once")
        ]
        indexes = [
            models.Index(fields=["account_id", "backend", "-requested_at", "-id"], name="review_submission_by_time"),
            models.Index(
                fields=["requested_at"], name="review_submission_open", condition=Q(answered_at=None, closed_at=None)
            ),
            models.Index(fields=["original_postfix_id"], name="review_submission_by_mail"),
            models.Index(fields=["original_edf_hash"], name="review_submission_by_text"),
            models.Index(fields=["account_id", "backend", "same_mail"], name="review_submission_same_mail"),
            models.Index(fields=["account_id", "backend", "row_key"], name="review_submission_by_row"),
            models.Index(fields=["request_id"], name="review_submission_by_request", condition=~Q(request_id="")),
        ]

    def __str__(self) -> str:
        return self.submission_id

    @property
    def is_open(self) -> bool:
        """Return whether the submission is neither answered by the API nor closed in the console."""
        return self.answered_at is None and self.closed_at is None

    @property
    def ended_at(self) -> datetime | None:
        """Return the time at which the submission was answered or closed, as seen by the console; None while open."""
        ends = [end for end in (self.answered_at, self.closed_at) if end]
        return min(ends) if ends else None

    @property
    def age(self) -> timedelta:
        """Return how long the submission was open, or has been open until now."""
        return max(timedelta(0), (self.ended_at or timezone.now()) - self.requested_at)

    @property
    def is_overdue(self) -> bool:
        """Return whether the submission has been open for longer than GATEHOUSE_REVIEW_HOURS."""
        return self.is_open and self.requested_at < overdue_before()


def overdue_before() -> datetime:
    """Return the time limit of overdue submissions: open submissions requested before this time are overdue."""
    return timezone.now() - timedelta(hours=settings.GATEHOUSE_REVIEW_HOURS)


class Report(Followed):
    """A PhishGuard report from the API.

    `tags` is a list of {category, value}. `recipients` are the addresses in the report. `folded` is the case-folded
    text that the word filter searches.
    """

    report_id = models.BigIntegerField()
    title = models.TextField()
    content = models.TextField(blank=True)
    disposition = models.CharField(max_length=32, blank=True)
    priority = models.CharField(max_length=32, blank=True)
    tags = models.JSONField(default=list)
    sender = models.TextField(blank=True)
    recipients = models.JSONField(default=list)
    postfix_id = models.CharField(max_length=128, blank=True)
    occurred_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(null=True, blank=True)
    folded = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account_id", "backend", "report_id"], name="review_report_once")
        ]
        indexes = [models.Index(fields=["account_id", "backend", "-created_at", "-id"], name="review_report_by_time")]

    def __str__(self) -> str:
        return f"report {self.report_id}"

    @property
    def is_open(self) -> bool:
        """Return whether the report is not closed in the console."""
        return self.closed_at is None


class Note(models.Model):
    """A note of a user on a submission or a report."""

    submission = models.ForeignKey(Submission, null=True, blank=True, on_delete=models.CASCADE, related_name="notes")
    report = models.ForeignKey(Report, null=True, blank=True, on_delete=models.CASCADE, related_name="notes")
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)
    text = models.TextField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(submission=None, report__isnull=False) | Q(submission__isnull=False, report=None),
                name="review_note_on_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"note of {self.by_name}"
