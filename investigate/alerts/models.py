"""Models of alerts and of what they found."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Kind(models.TextChoices):
    """What an alert looks for."""

    MATCHES = "matches", "New matches of a saved search"
    LATE_THREAT = "late_threat", "A threat found after delivery"
    OVERDUE = "overdue", "An overdue submission"
    JOB_UNDONE = "job_undone", "A job that left something undone"
    MAIL_BOMB = "mail_bomb", "A mailbox under a mail bomb"


class Way(models.TextChoices):
    """How an alert tells what it found."""

    MAIL = "mail", "Mail"
    WEBHOOK = "webhook", "Webhook (JSON)"
    SLACK = "slack", "Slack"
    TEAMS = "teams", "Microsoft Teams"


class Alert(models.Model):
    """An alert of one person, or of the team if `owner` is empty.

    `search` is the text of the saved search when the alert was made, for MATCHES. `threshold` is the number of
    messages in an hour to one person, for MAIL_BOMB. `target` is an address, or a sealed URL, of which `target_label`
    shows the host; a person's own alert goes to the address of their account. `cursor` says what was looked at,
    `looked_at` when, `error` why not. `left_out` counts findings beyond those that are kept until they are told.
    """

    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    search = models.TextField(blank=True)
    threshold = models.PositiveIntegerField(default=100)
    way = models.CharField(max_length=10, choices=Way.choices)
    target = models.TextField(blank=True)
    target_label = models.CharField(max_length=255, blank=True)
    language = models.CharField(max_length=8, default="en")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    made_by_name = models.CharField(max_length=150)
    made_at = models.DateTimeField(auto_now_add=True)
    is_on = models.BooleanField(default=True)
    cursor = models.JSONField(default=dict)
    looked_at = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    left_out = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["account_id", "backend"], name="alert_by_backend")]

    def __str__(self) -> str:
        return self.name


class Finding(models.Model):
    """Something that an alert found, once by its `key`. Of one `thing` something is told once an hour at most."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="findings")
    thing = models.CharField(max_length=400)
    key = models.CharField(max_length=400)
    title = models.CharField(max_length=400)
    path = models.CharField(max_length=400)
    found_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alert", "key"], name="alert_finding_once")]
        indexes = [
            models.Index(fields=["alert", "id"], name="alert_finding_untold", condition=Q(told_at=None)),
            models.Index(fields=["alert", "thing", "-told_at"], name="alert_finding_thing"),
            models.Index(fields=["found_at"], name="alert_finding_age"),
        ]

    def __str__(self) -> str:
        return self.title
