"""Models of replays and of the messages that they found."""

from __future__ import annotations

from typing import Any

from django.db import models

from dashboard.walking.models import Walk
from settings_admin.replay.policy_matching import Effect


class _Whole(models.Manager["Replay"]):
    def get_queryset(self) -> Any:
        """Return the replays that read search rows only."""
        return super().get_queryset().filter(is_sample=False)


class _Samples(models.Manager["Replay"]):
    def get_queryset(self) -> Any:
        """Return the replays that also read bodies."""
        return super().get_queryset().filter(is_sample=True)


class Replay(Walk):
    """A walk that tests a policy entry on the mail of the last `days`.

    `values` are the entry's fields. `is_draft` means that the entry can still be saved: as a new entry, or as an edit
    of `entry_id`. `seen` is that entry as it was when its form was opened. `touched` counts the messages that the
    entry touches, by disposition. `effects` counts those of them that it would have stopped or passed. A sample also
    reads the bodies of the newest messages: `read` counts the bodies read, `unread` those that could not be read.
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
    def is_for_retiring(self) -> bool:
        """Whether an entry that exists was replayed as it is, to decide whether it is still wanted."""
        return bool(self.entry_id) and not self.is_draft and not self.saved_id

    @property
    def touched_count(self) -> int:
        """Number of messages that the entry touches."""
        return sum(self.touched.values())

    @property
    def effect_count(self) -> int:
        """Number of messages that the entry would have stopped or passed."""
        return sum(self.effects.values())


class SampledReplay(Replay):
    """A replay that reads bodies. It is a walk of its own kind because it needs smaller pages."""

    samples = _Samples()

    class Meta:
        proxy = True
        default_manager_name = "samples"


class ReplayHit(models.Model):
    """A message that the entry touches, as it was when the replay found it."""

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
