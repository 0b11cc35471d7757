"""Slow searches: searches that take longer than a request may, and are finished by the worker."""

import uuid

from django.db import models


class SearchRun(models.Model):
    """One page of a slow search. The worker finishes it and the client polls for it.

        pending ──▶ done | failed

    The row says what is left to do. If the worker dies, the run stays pending and a later poll enqueues it again.
    `filters` are the filters of `SearchParams`. `keys` are the keys of the found messages, newest first.
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
