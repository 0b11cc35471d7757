"""Rows of what recipients ask for: held mail, or that a sender is blocked for them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Kind(models.TextChoices):
    """What is asked for."""

    RELEASE = "release", "Release"
    BLOCK = "block", "Block the sender"


class RequestState(models.TextChoices):
    """State of a request. See `ReleaseRequest` for the transitions."""

    OPENED = "opened", "Not confirmed"
    WAITING = "waiting", "Waits for a decision"
    ALLOWED = "allowed", "Allowed, not proven yet"
    DONE = "done", "Allowed"
    REFUSED = "refused", "Refused"
    EXPIRED = "expired", "Expired"


UNDECIDED = (RequestState.OPENED, RequestState.WAITING, RequestState.ALLOWED)
ENDED = (RequestState.DONE, RequestState.REFUSED, RequestState.EXPIRED)


class ReleaseRequest(models.Model):
    """One thing that one recipient asks for. What it is about is kept by value, and outlives the mirror's row.

        opened ──► waiting ──► allowed ──► done      the job proved it, or the sender is blocked
           │        │  ▲ │        └──┐
           │        │  └─┼── trouble ┘               the job did not do it, or was refused
           │        │    └──► refused
           └────────┴──► expired                     not confirmed, or not decided, in time

    `opened` waits for the recipient to confirm by a link that their mailbox alone gets. There is one undecided request
    for each kind, message and recipient; `asked` counts how often it was asked for. `answer` is the team's text to the
    recipient. `language` and `time_zone` are how the recipient is written to. `trouble` says why it came back.
    """

    id = models.BigAutoField(primary_key=True)
    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=RequestState.choices, default=RequestState.OPENED)
    person = models.ForeignKey(
        "digests.Person", null=True, on_delete=models.SET_NULL, related_name="requests", db_index=False
    )
    copy = models.ForeignKey("digests.HeldCopy", null=True, on_delete=models.SET_NULL, related_name="requests")
    investigate_id = models.CharField(max_length=255)
    recipient = models.CharField(max_length=254)
    language = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=64)
    sender = models.CharField(max_length=320, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    disposition = models.CharField(max_length=32, blank=True)
    received_at = models.DateTimeField()
    reference = models.CharField(max_length=12)
    asked = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    claimed_by_name = models.CharField(max_length=150, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    job = models.ForeignKey("dashboard.Job", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    check_after = models.DateTimeField(null=True, blank=True)
    trouble = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account_id", "backend", "kind", "investigate_id", "recipient"],
                condition=Q(state__in=["opened", "waiting", "allowed"]),
                name="request_undecided_once",
            )
        ]
        indexes = [
            models.Index(fields=["state", "confirmed_at"], name="request_by_state"),
            models.Index(fields=["person", "-opened_at"], name="request_by_person"),
            models.Index(fields=["investigate_id"], name="request_by_message"),
            models.Index(fields=["ended_at"], name="request_by_age", condition=Q(ended_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.investigate_id} for {self.recipient} ({self.state})"

    @property
    def is_undecided(self) -> bool:
        """Return whether it has not ended."""
        return self.state in UNDECIDED
