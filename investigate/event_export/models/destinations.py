"""Rows of destinations, and of replays to them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from investigate.event_export.models.events import OfBackend
from investigate.event_export.states import AlertFormat, Kind, Way


class Destination(OfBackend):
    """A system that gets events: a webhook, an HTTPS collector, a file, or a syslog server.

    `address` is a URL, or HOST:PORT of a syslog server; a file has none. `kinds` says which events go there, `verdicts`
    narrows those about mail, and empty takes all. `cursor` is the number of the newest event that was handed to the
    outbox, so whatever happens while it is paused waits, as long as events are kept. `lost` counts those that were
    deleted before.

    `secret`, `old_secret` and `token` are sealed (`investigate.event_export.secrets`) and never shown again. Until
    `old_secret_until` webhooks are signed with both secrets. `header` is the header field that carries the token.

    `failing_since` is when sending first failed after it last worked, and `error` why it failed last.
    """

    name = models.CharField(max_length=80)
    way = models.CharField(max_length=10, choices=Way.choices)
    address = models.CharField(max_length=500, blank=True)
    kinds = models.JSONField(default=list)
    verdicts = models.JSONField(default=list, blank=True)
    alert_format = models.CharField(max_length=8, choices=AlertFormat.choices, default=AlertFormat.VENDOR)
    secret = models.TextField(blank=True)
    old_secret = models.TextField(blank=True)
    old_secret_until = models.DateTimeField(null=True, blank=True)
    header = models.CharField(max_length=64, blank=True)
    token = models.TextField(blank=True)
    ca = models.TextField(blank=True)
    cursor = models.BigIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0)
    paused_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    created_by_name = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["account_id", "backend", "name"], name="event_destination_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """Return the name that the outbox knows it by."""
        return str(self.pk)

    @property
    def kind_labels(self) -> list[str]:
        """Return the kinds of its events in words."""
        return [kind.label for kind in Kind if kind.value in self.kinds]

    def wants(self, kind: str, disposition: str) -> bool:
        """Return whether an event of this kind with this verdict goes there. What has no verdict always does."""
        return kind in self.kinds and (not self.verdicts or not disposition or disposition in self.verdicts)


class Replay(models.Model):
    """Events that are sent to a destination once more: those found from `since` on, up to number `last`.

    `press` is the key of the form that asked, so one press asks once. `cursor` is the newest number that was handed to
    the outbox, and `handed` how many events that were. A worker that dies continues at the cursor.
    """

    destination = models.ForeignKey(Destination, on_delete=models.CASCADE, related_name="replays")
    press = models.UUIDField(default=uuid.uuid4, unique=True)
    since = models.DateTimeField()
    cursor = models.BigIntegerField()
    last = models.BigIntegerField()
    counted = models.PositiveIntegerField()
    handed = models.PositiveIntegerField(default=0)
    asked_by_name = models.CharField(max_length=150, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["destination"], condition=Q(finished_at=None), name="event_replay_one_open")
        ]

    def __str__(self) -> str:
        return f"replay {self.pk} of {self.destination_id}"
