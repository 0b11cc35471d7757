"""Rollups of mail by day, the walks that make them, and the pictures that the overview shows."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dashboard.walking.models import Walk


class DayWalk(Walk):
    """A walk over one day in UTC; `hours` is what it has counted so far, see `counting`."""

    day = models.DateField()
    hours = models.JSONField(default=dict)

    class Meta(Walk.Meta):
        verbose_name = "count of a day"
        indexes = [
            models.Index(fields=["finished_at"], name="day_walk_open", condition=Q(finished_at=None)),
            models.Index(fields=["account_id", "backend", "day"], name="day_walk_by_day"),
        ]


class DayFigures(models.Model):
    """What one day in UTC holds: by hour, and summed up. `as_of` is when the walk that counted it began.

    `is_complete` is false where the API would not give some stretch of the day. A day that something was done to
    since then is due again: `touched_at` is later than `as_of`.
    """

    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    day = models.DateField()
    hours = models.JSONField(default=dict)
    sums = models.JSONField(default=dict)
    is_complete = models.BooleanField(default=True)
    as_of = models.DateTimeField(null=True)
    touched_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "backend", "day"], name="day_figures_once")]

    def __str__(self) -> str:
        return f"{self.day} as of {self.as_of}"


class Picture(models.Model):
    """What the overview shows for one range, ready to be drawn; `drawn_at` is when it was made of the days."""

    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    range = models.CharField(max_length=8)
    figures = models.JSONField(default=dict)
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "backend", "range"], name="picture_once")]

    def __str__(self) -> str:
        return f"{self.range} drawn at {self.drawn_at}"


class Keeper(models.Model):
    """Until when our own actions were looked through for days that they touched."""

    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    looked_until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "backend"], name="keeper_once")]

    def __str__(self) -> str:
        return f"looked until {self.looked_until}"
