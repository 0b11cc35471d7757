"""Searches that took longer than a request may."""

import uuid

from django.db import models


class SearchRun(models.Model):
    """One page of a slow search, which the worker finishes and the client polls for.

        pending ──▶ done | failed

    Rows are the truth: a run whose worker died stays pending, and a poll enqueues it again after a while. `filters`
    are those of `SearchParams`; `keys` are those of the messages found, newest first.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account_id = models.CharField(max_length=32)
    filters = models.JSONField()
    limit = models.PositiveIntegerField()
    cursor = models.CharField(max_length=40)
    offset = models.BigIntegerField()
    enqueued_at = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.PENDING)
    keys = models.JSONField(default=list)
    older = models.CharField(max_length=40)
    newer = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.id} {self.state}"
