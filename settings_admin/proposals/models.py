"""Model of proposed entries."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class ProposalState(models.TextChoices):
    """State of a proposal. See `Proposal` for the transitions."""

    WAITING = "waiting", "Waits for a decision"
    ACCEPTING = "accepting", "Being added"
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Proposal(models.Model):
    """An entry that somebody asked for, and that a policy admin adds or refuses.

        waiting ──► accepting ──► accepted    the entry is there
           │  ▲         └──► waiting          the API refused, or failed before anything happened
           │  └── the lease ended: the process died; accepting it again finds the entry, or adds it
           ├──► refused
           └──► withdrawn    by whoever proposed it

    `values` are the entry's fields. `replay` is the entry's replay on past mail, while it is kept.
    """

    id = models.BigAutoField(primary_key=True)
    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    kind = models.CharField(max_length=40)
    values = models.JSONField(default=dict)
    name = models.CharField(max_length=1024, blank=True)
    why = models.TextField()
    message_id = models.CharField(max_length=255, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    proposed_by_name = models.CharField(max_length=150)
    proposed_at = models.DateTimeField(auto_now_add=True)
    replay = models.ForeignKey("settings_admin.Replay", null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.WAITING)
    lease_until = models.DateTimeField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)
    entry_id = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["account_id", "backend", "state", "-id"], name="proposal_by_state"),
            models.Index(fields=["account_id", "backend", "proposed_by", "-id"], name="proposal_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.proposed_by_name} proposes {self.kind} {self.name} ({self.state})"

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.state in {ProposalState.WAITING, ProposalState.ACCEPTING}
