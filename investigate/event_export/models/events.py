"""Rows of events, of the places that they are found in, and of what was told already."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from investigate.event_export.states import Kind, Place

ID_AT_MOST = 255


class OfBackend(models.Model):
    """Abstract model of a row that belongs to one API with one account."""

    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)

    class Meta:
        abstract = True


class Feed(OfBackend):
    """The number of the newest event. Whoever adds events locks the row, so numbers are in the order of commits."""

    number = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "backend"], name="event_feed_once")]

    def __str__(self) -> str:
        return f"events up to {self.number}"


class Event(OfBackend):
    """Something that happened, once. The row is written once and never changed.

    `key` names what happened: it is not written twice. `line` is the line in the vendor's format. An entry of the
    audit trail (`audit_id`) has none: its line is made when it is sent, without the values that were erased by then.
    `message_id` is the API's id of the message, in whose order events leave; `disposition` the verdict in the data
    sets' words, empty where there is none. `at` is when it happened.
    """

    id = models.BigAutoField(primary_key=True)
    number = models.BigIntegerField()
    kind = models.CharField(max_length=40, choices=Kind.choices)
    key = models.CharField(max_length=64)
    message_id = models.CharField(max_length=ID_AT_MOST, blank=True)
    disposition = models.CharField(max_length=16, blank=True)
    at = models.DateTimeField()
    found_at = models.DateTimeField(auto_now_add=True)
    line = models.TextField(blank=True)
    audit_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["account_id", "backend", "number"], name="event_number_once"),
            models.UniqueConstraint(fields=["account_id", "backend", "key"], name="event_key_once"),
        ]
        indexes = [
            models.Index(fields=["account_id", "backend", "found_at"], name="event_by_time"),
            models.Index(fields=["found_at"], name="event_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    @property
    def public_id(self) -> str:
        """Return the id that receivers know the event by, the same each time it is sent."""
        return f"gh_{self.backend}_{self.number}"


class Source(OfBackend):
    """A place that events are found in, and how far it was read.

    `cursor` is where reading continues, `since` the time before which nothing counts. `read_until` is the time up to
    which everything was found, None before the first whole pass. `error` says why the last pass could not be read to
    its end; until `not_before` it is not asked again. `gaps` are the windows that the API did not return in full.
    """

    place = models.CharField(max_length=16, choices=Place.choices)
    since = models.DateTimeField()
    cursor = models.JSONField(default=dict, blank=True)
    read_until = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    gaps = models.JSONField(default=list, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["account_id", "backend", "place"], name="event_source_once")]

    def __str__(self) -> str:
        return self.get_place_display()


class ToldVerdict(OfBackend):
    """The verdict on a message that was told last. `changes` counts the verdicts that were told.

    A message that had its verdict before anybody wanted events has a row too, and no event: what changes later is told.
    `seen_at` is when a search last listed the message with a verdict.
    """

    id = models.BigAutoField(primary_key=True)
    message_id = models.CharField(max_length=ID_AT_MOST)
    alert_id = models.CharField(max_length=ID_AT_MOST)
    disposition = models.CharField(max_length=16)
    changes = models.PositiveIntegerField(default=0)
    scanned_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account_id", "backend", "message_id"], name="told_verdict_once")
        ]
        indexes = [
            models.Index(fields=["account_id", "backend", "scanned_at"], name="told_verdict_by_time"),
            models.Index(fields=["seen_at"], name="told_verdict_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.disposition}"


class ReadLog(OfBackend):
    """An action log that was read: when, what the search row showed then, and whether the API had none."""

    id = models.BigAutoField(primary_key=True)
    message_id = models.CharField(max_length=ID_AT_MOST)
    signature = models.CharField(max_length=64)
    read_at = models.DateTimeField()
    is_missing = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "backend", "message_id"], name="read_log_once")]
        indexes = [models.Index(fields=["read_at"], name="read_log_by_age")]

    def __str__(self) -> str:
        return self.message_id


class Unread(OfBackend):
    """A message that could not be read, though an event about it is due. It is asked for again at `next_at`.

    After the last try, what is known without it is told, and the row stays with `given_up_at` until retention.
    `reference` is a message's id, or the key of a submission's row.
    """

    id = models.BigAutoField(primary_key=True)
    place = models.CharField(max_length=16, choices=Place.choices)
    reference = models.CharField(max_length=ID_AT_MOST)
    why = models.TextField(blank=True)
    tries = models.PositiveSmallIntegerField(default=1)
    since = models.DateTimeField(auto_now_add=True)
    next_at = models.DateTimeField()
    given_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["account_id", "backend", "place", "reference"], name="event_unread_once")
        ]
        indexes = [models.Index(fields=["next_at"], name="event_unread_due", condition=Q(given_up_at=None))]

    def __str__(self) -> str:
        return f"{self.place} {self.reference}"
