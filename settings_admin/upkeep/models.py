"""Models of the upkeep of policies: the terms of entries, and their uses by day."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class TermState(models.TextChoices):
    """State of a term. See `Term` for the transitions."""

    KEPT = "kept", "Kept"
    ENDING = "ending", "Expiring"
    ENDED = "ended", "Expired"


class Term(models.Model):
    """What the team agreed on about one entry: its owner, why it is there, and when it expires.

        kept ──► ending ──► ended      the worker retired the entry, or found it gone
          ▲         └──► kept          the API refused, or failed before anything happened; `error` says why
          └── renewed, or set anew

    The entry expires on the day `ends_on`, or after `idle_days` without a use, or never if both are None. `due_on` is
    the day on which that is, as far as is known now (UTC). `warned_at` is when the warning began, a week ahead: the
    worker retires nothing that was not warned of for a week. `lease_until` is the end of the worker's claim; if it
    dies, another goes on after that time. `key` identifies the pattern, whose uses count.
    """

    id = models.BigAutoField(primary_key=True)
    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    kind = models.CharField(max_length=40)
    entry_id = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    name = models.CharField(max_length=1024, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    owner_name = models.CharField(max_length=150, blank=True)
    reason = models.TextField(blank=True)
    ends_on = models.DateField(null=True, blank=True)
    idle_days = models.PositiveSmallIntegerField(null=True, blank=True)
    set_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=TermState.choices, default=TermState.KEPT)
    lease_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account_id", "backend", "kind", "entry_id"], name="policy_term_once")
        ]
        indexes = [models.Index(fields=["account_id", "backend", "due_on"], name="policy_term_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name} of {self.owner_name or 'nobody'}, due {self.due_on or 'never'}"

    @property
    def expires(self) -> bool:
        """Return whether the entry ever expires."""
        return self.ends_on is not None or self.idle_days is not None


class CountedDay(models.Model):
    """One day (UTC) whose messages were walked for uses. `as_of` is when that walk started.

    `is_complete` is false if the API did not return some part of the day. `unread` are the kinds whose entries could
    not be read, so that their uses of the day are not known.
    """

    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    day = models.DateField()
    as_of = models.DateTimeField()
    is_complete = models.BooleanField(default=True)
    unread = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "backend", "day"], name="policy_day_once")]

    def __str__(self) -> str:
        return f"{self.day} as of {self.as_of}"


class DayUse(models.Model):
    """Uses of one pattern on one day (UTC).

    `hits` counts the messages that name the pattern. `threats` counts those of them that are judged a threat now and
    are not held, `reported` those that somebody reported as phish. `last_at` is the arrival of the last.
    """

    id = models.BigAutoField(primary_key=True)
    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    day = models.DateField()
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    hits = models.PositiveIntegerField()
    threats = models.PositiveIntegerField()
    reported = models.PositiveIntegerField()
    last_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account_id", "backend", "day", "kind", "key"], name="policy_use_once")
        ]
        indexes = [models.Index(fields=["account_id", "backend", "kind", "key", "day"], name="policy_use_by_entry")]

    def __str__(self) -> str:
        return f"{self.hits} uses of {self.kind} on {self.day}"
