"""Models of the outbox: one row for each thing that is to be sent, and one for each lane that it is sent in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class State(models.TextChoices):
    """State of an entry. WAITING leads to SENT or FAILED; a person may put FAILED back to WAITING."""

    WAITING = "waiting", "Waiting"
    SENT = "sent", "Sent"
    FAILED = "failed", "Given up"


class OutboxEntry(models.Model):
    """Something that is to be sent: written in the transaction of what it tells about, sent after its commit.

    `key` is the idempotency key: what has the same key is the same thing, and is written once. `channel` says how it
    is sent, `destination` where to, `payload` what; the payload goes once the entry was sent. `lane` is what is sent by
    one worker at a time; within it, entries of one `stream` keep their order. `tries` counts attempts, and is written
    before each of them: so it is never less than what the receiver may have got.
    """

    key = models.CharField(max_length=200, unique=True)
    channel = models.CharField(max_length=20)
    destination = models.CharField(max_length=400)
    lane = models.CharField(max_length=60)
    stream = models.CharField(max_length=100, blank=True)
    payload = models.JSONField()
    title = models.CharField(max_length=200, blank=True)
    about_kind = models.CharField(max_length=40, blank=True)
    about_id = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    give_up_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Indexes for the lanes that are due, for one lane in its order, for the screen, and for retention."""

        indexes = [
            models.Index(fields=["lane", "next_try_at"], name="outbox_due", condition=Q(state="waiting")),
            models.Index(fields=["lane", "stream", "id"], name="outbox_stream", condition=Q(state="waiting")),
            models.Index(fields=["state", "-id"], name="outbox_state"),
            models.Index(fields=["ended_at"], name="outbox_ended"),
            models.Index(fields=["about_kind", "about_id"], name="outbox_about"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} to {self.destination}: {self.key}"


class OutboxLane(models.Model):
    """What is sent by one worker at a time: the mail server, or one receiver of events.

    `claim` is the token of the worker that has the lane, until `claimed_until`. After failures that are the receiver's,
    not one entry's, the lane pauses until `paused_until`, each time longer; `error` says why.
    """

    name = models.CharField(max_length=60, primary_key=True)
    claim = models.CharField(max_length=32, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    paused_until = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)
    last_sent_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
