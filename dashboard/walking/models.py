"""Background walks over search results: abstract model with the search, the progress, and the worker's lease."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.db import models
from django.utils import timezone

from api_client.resources import SearchFilters
from dashboard.walking.position import Window
from dashboard.walking.walk import gaps_of


class WalkState(models.TextChoices):
    """State of a walk. See `Walk` for the transitions."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


ACTIVE_WALKS = (WalkState.QUEUED, WalkState.RUNNING)


class Walk(models.Model):
    """A background walk over all messages that a search finds. A worker runs it; subclasses store what it yields.

        queued ──► running ──► done        all messages were processed, except those in the gaps
           │          │   └──► failed      the API refused the search, or failed or was unreachable too often in a row
           └──────────┴──────► cancelled   the results so far are kept

    `position` is where the walk continues. It is written in one transaction with the results of the messages before
    it. So if a worker is killed, no message is lost or processed twice. `claimed_by` is the token of the worker's
    claim, and `lease_until` is the end of its lease. `not_before` is the time of the next try after the API asked for
    a pause or failed. `holdups` counts the consecutive failures. `looked` counts the processed messages;
    `looked_until` is the time down to which the walk has come. A walk runs only against the backend that it was
    started on. `start` and `end` are inclusive.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    filters = models.JSONField(default=dict)
    start = models.DateTimeField()
    end = models.DateTimeField()
    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    created_by_name = models.CharField(max_length=150, blank=True)
    state = models.CharField(max_length=12, choices=WalkState.choices, default=WalkState.QUEUED)
    error = models.TextField(blank=True)
    looked = models.PositiveIntegerField(default=0)
    looked_until = models.DateTimeField(null=True, blank=True)
    position = models.JSONField(null=True, blank=True)
    claimed_by = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    holdups = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk} ({self.state})"

    @property
    def search_filters(self) -> SearchFilters:
        """Return the search filters without `start` and `end`."""
        return cast(SearchFilters, dict(self.filters))

    @property
    def is_active(self) -> bool:
        """Return whether the walk is queued or running."""
        return self.state in ACTIVE_WALKS

    @property
    def gaps(self) -> list[Window]:
        """Return the windows that the API did not return in full. A walk with gaps is not complete."""
        return gaps_of(cast(dict[str, Any], self.position)) if self.position else []

    @property
    def is_complete(self) -> bool:
        """Return whether all messages between `start` and `end` were processed."""
        return self.state == WalkState.DONE and not self.gaps

    @property
    def percent(self) -> int:
        """Return the processed part of the time from `end` back to `start` in percent; 100 only if the walk is done."""
        if self.state == WalkState.DONE:
            return 100
        whole, until = self.end - self.start, self.looked_until or self.end
        if whole <= timedelta(0):
            return 0
        return min(99, max(0, int((self.end - until) * 100 / whole)))

    @property
    def seconds_left(self) -> int | None:
        """Return the estimated remaining time in seconds, or None if there is no estimate yet."""
        if self.state != WalkState.RUNNING or self.started_at is None or not self.percent:
            return None
        spent = timezone.now() - self.started_at
        return round(spent.total_seconds() * (100 - self.percent) / self.percent)
