"""Walks in the background: what one looks for, how far it is, and who holds it."""

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
    """Where a walk stands; see Walk for the way from one to the other."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


ACTIVE_WALKS = (WalkState.QUEUED, WalkState.RUNNING)


class Walk(models.Model):
    """A walk over all that a search finds, carried out by the worker; subclasses say what is made of it.

        queued ──► running ──► done        everything was looked at, but for the gaps
           │          │   └──► failed      the API refused it, or could not be reached for long
           └──────────┴──────► cancelled   what was found so far stays

    `position` says where to go on and is written in one transaction with what was made of the messages before it, so
    a killed worker loses nothing and does nothing twice. `claimed_by` holds the walk until `lease_until`. `not_before`
    holds it back after the API asked for a pause or could not be reached; `holdups` counts the latter in a row.
    `looked` counts messages. A walk runs only on the backend that it was started on. `start` and `end` are included.
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
        """What is searched for, apart from the time."""
        return cast(SearchFilters, dict(self.filters))

    @property
    def is_active(self) -> bool:
        """Whether the walk still has something to do."""
        return self.state in ACTIVE_WALKS

    @property
    def gaps(self) -> list[Window]:
        """The stretches of time that the API would not give; only without any is the walk complete."""
        return gaps_of(cast(dict[str, Any], self.position)) if self.position else []

    @property
    def is_complete(self) -> bool:
        """Whether everything between `start` and `end` was looked at."""
        return self.state == WalkState.DONE and not self.gaps

    @property
    def percent(self) -> int:
        """How much of the stretch of time was looked at, in percent; 100 only at the end."""
        if self.state == WalkState.DONE:
            return 100
        whole, until = self.end - self.start, self.looked_until or self.end
        if whole <= timedelta(0):
            return 0
        return min(99, max(0, int((self.end - until) * 100 / whole)))

    @property
    def seconds_left(self) -> int | None:
        """An estimate from the pace so far, in seconds; None where there is none."""
        if self.state != WalkState.RUNNING or self.started_at is None or not self.percent:
            return None
        spent = timezone.now() - self.started_at
        return round(spent.total_seconds() * (100 - self.percent) / self.percent)
