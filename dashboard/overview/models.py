"""Models of the overview: daily rollups, the walks that count them, and the precomputed figures of each range."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dashboard.walking.models import Walk


class DayWalk(Walk):
    """A walk over one day in UTC. `hours` are its counts so far; the module `counting` defines their shape.

    `tallies` are those of the registered day counters so far, by the counter's name.
    """

    day = models.DateField()
    hours = models.JSONField(default=dict)
    tallies = models.JSONField(default=dict)

    class Meta(Walk.Meta):
        verbose_name = "count of a day"
        indexes = [
            models.Index(fields=["finished_at"], name="day_walk_open", condition=Q(finished_at=None)),
            models.Index(fields=["account_id", "backend", "day"], name="day_walk_by_day"),
        ]


class DayFigures(models.Model):
    """The counts of one day in UTC: `hours` by hour, and `sums` for the whole day.

    `as_of` is when the walk that counted the day started. `is_complete` is false if the API did not return some part
    of the day. `touched_at` is when an action on the day's messages was noticed; if it is later than `as_of`, the day
    is due again.
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
    """The precomputed figures that the overview shows for one range. `drawn_at` is when they were computed."""

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
    """Time up to which actions from this console were searched for the days that they changed.

    Its row also serves as the lock for choosing the next day.
    """

    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    looked_until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "backend"], name="keeper_once")]

    def __str__(self) -> str:
        return f"looked until {self.looked_until}"
