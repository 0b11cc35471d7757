"""Model of released messages that are watched."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class WatchedRelease(models.Model):
    """A message that a job released, and what was seen of it since.

    `disposition` is the verdict at the release, `now_disposition` that of the last reading at `read_at`, None before
    the first. `was_phish` is whether the first reading showed a report. `place` is the folder that the API's log names,
    "held", or empty if it can't be told. `judged_at`, `reported_at` and `moved_at` are when the console saw that it was
    judged a threat anew, reported as phish, or moved to junk or deleted since; None if not. `wrong_at` is the first of
    them. `seen_at` is when somebody took note of all of them.
    """

    id = models.BigAutoField(primary_key=True)
    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    investigate_id = models.CharField(max_length=255)
    postfix_id = models.CharField(max_length=128, blank=True)
    job_id = models.UUIDField()
    released_at = models.DateTimeField()
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    released_by_name = models.CharField(max_length=150, blank=True)
    subject = models.TextField(blank=True)
    sender = models.CharField(max_length=400, blank=True)
    disposition = models.CharField(max_length=40, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    now_disposition = models.CharField(max_length=40, blank=True)
    was_phish = models.BooleanField(default=False)
    is_delivered = models.BooleanField(null=True, blank=True)
    place = models.CharField(max_length=40, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    moved_at = models.DateTimeField(null=True, blank=True)
    wrong_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account_id", "backend", "investigate_id"], name="watched_release_once")
        ]
        indexes = [
            models.Index(fields=["account_id", "backend", "-released_at", "-id"], name="watched_release_by_time"),
            models.Index(
                fields=["wrong_at"], name="watched_release_wrong", condition=Q(wrong_at__isnull=False, seen_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.investigate_id} released by {self.released_by_name}"

    @property
    def wrongs(self) -> list[str]:
        """What went wrong since the release, in words."""
        said = [
            (self.judged_at, f"judged {self.now_disposition.capitalize()} since"),
            (self.reported_at, "reported as phish since"),
            (self.moved_at, "moved to junk, or deleted, since"),
        ]
        return [text for at, text in said if at]
