"""Bulk action jobs: one action, a move or a release, on every message that a search finds."""

import uuid

from django.db import models

from gateway.models.message import Message


class BulkJob(models.Model):
    """A job of `POST /investigate/bulk`, carried out by the worker.

        PENDING ◀─▶ DISCOVERING ──▶ PROCESSING ──▶ COMPLETED
           │             │     │        │        (back to PENDING: it needs a second person)
           │             │     └────────┼────────▶ FAILED (the search could not be carried out,
           │             │              │                  or the job needs a second person)
           └─────────────┴──────────────┴────────▶ CANCELLED (completed actions are not undone)

    Discovery walks the search from the newest message to the oldest and writes a row for each message and recipient.
    `discovered_to` is the key of the last message of the last page. It is written in the transaction that writes the
    page's rows, so discovery continues there if its worker dies. `claimed_by` and `lease_until` ensure that one worker
    at a time does the discovery. Several workers may process the rows, because each row has its own lease. A job is
    COMPLETED when every row has an outcome, including failures.

    A job that `awaits_approval` is PENDING, and no worker takes it before a person has approved its `write_request`.
    Its rows are there already. With `is_by_id` it was asked for by ids and not by a search, and was never discovered.

    `search` is the search as the client sent it. `filters` is the same search as `SearchParams`, and ends at the job's
    creation at the latest. `look_after` is the time from which recovery may enqueue the job again. Every worker that
    runs the job moves `look_after` into the future.
    """

    class Action(models.TextChoices):
        MOVE = "MOVE"
        RELEASE = "RELEASE"

    class Status(models.TextChoices):
        PENDING = "PENDING"
        DISCOVERING = "DISCOVERING"
        PROCESSING = "PROCESSING"
        COMPLETED = "COMPLETED"
        FAILED = "FAILED"
        CANCELLED = "CANCELLED"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account_id = models.CharField(max_length=32)
    action = models.CharField(max_length=7, choices=Action.choices)
    destination = models.CharField(max_length=40)
    expected_disposition = models.CharField(max_length=20)
    comment = models.TextField(null=True)  # noqa: DJ001 - the API distinguishes null from an empty comment
    requested_by = models.CharField(max_length=100)
    search = models.JSONField()
    filters = models.JSONField()
    status = models.CharField(max_length=11, choices=Status.choices, default=Status.PENDING)
    status_message = models.TextField()
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    discovered_to = models.BigIntegerField(null=True)
    claimed_by = models.CharField(max_length=32)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    look_after = models.DateTimeField(null=True)
    awaits_approval = models.BooleanField(default=False)
    is_by_id = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["account_id", "-created_at"], name="bulk_job_newest"),
            models.Index(fields=["id"], name="bulk_job_active", condition=models.Q(completed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.id} {self.status}"


class BulkJobMessage(models.Model):
    """One recipient's copy of one message in a job.

        PENDING ──▶ PROCESSING ──▶ COMPLETED | FAILED
          │ ▲           │
          │ └───────────┤ (retried at `retry_after` or later)
          └─▶ CANCELLED ◀┘        SKIPPED (from the beginning)

    A worker claims rows by a conditional update. Its lease ends at `lease_until`. If the worker dies, recovery sets
    its rows back to PENDING after that. The row keeps the message's key even after the message was deleted.
    `marks` tell what the recipient had done with the copy before it was moved, and `forwarded_to` to whom it was
    forwarded; null if that can't be told, and for releases: what was held nobody has seen.
    """

    class Status(models.TextChoices):
        PENDING = "PENDING"
        PROCESSING = "PROCESSING"
        COMPLETED = "COMPLETED"
        FAILED = "FAILED"
        CANCELLED = "CANCELLED"
        SKIPPED = "SKIPPED"

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    job = models.ForeignKey(BulkJob, on_delete=models.CASCADE, related_name="rows")
    message = models.ForeignKey(Message, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+")
    recipient = models.TextField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    status_message = models.TextField()
    created_at = models.DateTimeField()
    retry_count = models.PositiveSmallIntegerField(default=0)
    retry_after = models.DateTimeField(null=True)
    processed_at = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=32)
    lease_until = models.DateTimeField(null=True)
    marks = models.JSONField(null=True)
    forwarded_to = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "message", "recipient"], name="one_row_for_each_copy")]
        indexes = [
            models.Index(fields=["job", "status", "id"], name="bulk_row_by_status"),
            models.Index(fields=["lease_until"], name="bulk_row_held", condition=models.Q(status="PROCESSING")),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} to {self.recipient}: {self.status}"
