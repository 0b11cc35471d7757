"""Models of runs and their lines. These rows are authoritative, not the broker's messages or the browser's state."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class RunState(models.TextChoices):
    """State of a run. The docstring of Run shows the transitions."""

    PLANNING = "planning", "Looking what it would do"
    PLANNED = "planned", "Waits for your word"
    RUNNING = "running", "Running"
    UNDOING = "undoing", "Being undone"
    DONE = "done", "Done"
    UNDONE = "undone", "Undone"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Dropped"


WORKING = (RunState.PLANNING, RunState.RUNNING, RunState.UNDOING)
ENDED = (RunState.DONE, RunState.UNDONE, RunState.FAILED, RunState.CANCELLED)


class RunAction(models.TextChoices):
    """Action of a run."""

    IMPORT = "import", "Import"
    DELETE = "delete", "Delete"


class Run(models.Model):
    """A bulk change of entries of one kind of policy.

        planning ──► planned ──► running ──► done ──► undoing ──► undone
            │           │           ├──► undoing ──► undone     all or nothing, and something was refused
            └──► failed └► cancelled└──► failed                 the API could not be reached for long

    `is_whole` runs are all or nothing. `source` is the text of the uploaded file until the run is planned. `filters`
    and `ids` select the entries of a deletion. `claimed_by` is the token of the worker that has the run until
    `lease_until`. A worker clears it once the lines match the API. So if a lease expired with a claim still set, the
    lines are compared with the API first. `not_before` is the time before which no worker continues the run.
    `holdups` counts failures to reach the API in a row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    action = models.CharField(max_length=8, choices=RunAction.choices)
    state = models.CharField(max_length=12, choices=RunState.choices, default=RunState.PLANNING)
    is_whole = models.BooleanField(default=False)
    why = models.TextField(blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    source = models.TextField(blank=True)
    filters = models.JSONField(default=dict)
    ids = models.JSONField(default=list)
    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    created_by_name = models.CharField(max_length=150, blank=True)
    created_by_role = models.CharField(max_length=20, blank=True)
    error = models.TextField(blank=True)
    holdups = models.PositiveSmallIntegerField(default=0)
    is_checked = models.BooleanField(default=False)
    claimed_by = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["-created_at"], name="policy_run_by_time"),
            models.Index(fields=["created_at"], name="policy_run_open", condition=models.Q(finished_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} of {self.kind} {self.pk} ({self.state})"

    @property
    def is_working(self) -> bool:
        """Whether a worker has something to do."""
        return self.state in WORKING

    @property
    def has_ended(self) -> bool:
        """Whether the run is finished: no worker and no user has to do anything."""
        return self.state in ENDED


class LineOp(models.TextChoices):
    """Operation of a line."""

    ADD = "add", "Added"
    CHANGE = "change", "Changed"
    DELETE = "delete", "Deleted"
    LEAVE = "leave", "Left"
    REFUSE = "refuse", "Refused"


class LineState(models.TextChoices):
    """State of a line. The docstring of RunLine shows the transitions."""

    PLANNED = "planned", "planned"
    SENT = "sent", "sent"
    DONE = "done", "done"
    FAILED = "failed", "failed"
    UNDONE = "undone", "undone"
    STUCK = "stuck", "not undone"


class RunLine(models.Model):
    """One line of a run: the change of one entry, and its outcome.

        planned ──► sent ──► done ──► undone
           ▲         │ │       └──► stuck     undoing it was refused
           └─────────┘ └──► failed            refused; `reason` says why

    `before` is the entry before the change, which undoing restores. `changed` are the fields that an edit sets.
    """

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="lines", db_index=False)
    number = models.PositiveIntegerField()
    op = models.CharField(max_length=8, choices=LineOp.choices)
    state = models.CharField(max_length=8, choices=LineState.choices, default=LineState.PLANNED)
    name = models.CharField(max_length=1024, blank=True)
    entry_id = models.CharField(max_length=64, blank=True)
    values = models.JSONField(null=True)
    before = models.JSONField(null=True)
    changed = models.JSONField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="policy_line_once")]
        indexes = [models.Index(fields=["run", "state", "number"], name="policy_line_by_state")]

    def __str__(self) -> str:
        return f"line {self.number}: {self.op} {self.name} ({self.state})"
