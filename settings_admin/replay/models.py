"""Replays, and the messages that they came upon."""

from __future__ import annotations

from typing import Any

from django.db import models

from dashboard.walking.models import Walk
from settings_admin.replay.policy_matching import Effect


class _Whole(models.Manager["Replay"]):
    def get_queryset(self) -> Any:
        """Those that read search rows alone."""
        return super().get_queryset().filter(is_sample=False)


class _Samples(models.Manager["Replay"]):
    def get_queryset(self) -> Any:
        """Those that read bodies."""
        return super().get_queryset().filter(is_sample=True)


class Replay(Walk):
    """An entry, tried on the mail of the last days.

    `values` are the entry's fields. A draft is saved from here: as a new entry, or over `entry_id`, whose fields were
    `seen` when its form was opened. `touched` and `effects` count messages by disposition: those that the entry
    touches, and those of them that it would have stopped or passed. A sample reads the bodies of the newest messages
    besides; `read` counts those, `unread` the ones that could not be read.
    """

    kind = models.CharField(max_length=40)
    values = models.JSONField(default=dict)
    days = models.PositiveSmallIntegerField()
    is_draft = models.BooleanField(default=True)
    is_sample = models.BooleanField(default=False)
    entry_id = models.CharField(max_length=64, blank=True)
    saved_id = models.CharField(max_length=64, blank=True)
    seen = models.JSONField(default=dict)
    why = models.TextField(blank=True)
    back = models.CharField(max_length=400, blank=True)
    touched = models.JSONField(default=dict)
    effects = models.JSONField(default=dict)
    read = models.PositiveIntegerField(default=0)
    unread = models.PositiveIntegerField(default=0)

    everything = models.Manager["Replay"]()
    objects = _Whole()

    class Meta(Walk.Meta):
        verbose_name = "replay"
        default_manager_name = "objects"
        base_manager_name = "everything"
        indexes = [
            models.Index(fields=["created_at"], name="replay_open", condition=models.Q(finished_at=None)),
        ]

    @property
    def touched_count(self) -> int:
        """How many messages the entry touches."""
        return sum(self.touched.values())

    @property
    def effect_count(self) -> int:
        """How many messages would have fared otherwise."""
        return sum(self.effects.values())


class SampledReplay(Replay):
    """A replay that reads bodies, and so comes upon few messages at once."""

    samples = _Samples()

    class Meta:
        proxy = True
        default_manager_name = "samples"


class ReplayHit(models.Model):
    """A message that an entry touches, as it was when the replay came upon it."""

    id = models.BigAutoField(primary_key=True)
    replay = models.ForeignKey(Replay, on_delete=models.CASCADE, related_name="hits", db_index=False)
    message_id = models.CharField(max_length=255)
    sender = models.CharField(max_length=400, blank=True)
    recipients = models.JSONField(default=list)
    subject = models.TextField(blank=True)
    disposition = models.CharField(max_length=40, blank=True)
    received_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=60, blank=True)
    effect = models.CharField(max_length=8, blank=True, choices=[(one.value, one.value) for one in Effect])

    class Meta:
        indexes = [models.Index(fields=["replay", "effect", "id"], name="replay_hit_by_effect")]

    def __str__(self) -> str:
        return f"{self.message_id} ({self.effect or 'touched'})"
