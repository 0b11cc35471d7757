"""Rows of automations: what they are, what they did or would have done, replays of past mail, and notices."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from dashboard.jobs.snapshot import Snapshot
from dashboard.jobs.states import DISPOSITION_LABELS, FOLDER_LABELS
from investigate.automations.states import NAME_PREFIX, Act, Event, Mode, Run, Scope, State

PER_HOUR_AT_MOST = 10_000
UNATTENDED_AT_MOST = 100_000


class Automation(models.Model):
    """When an event happens to a message that the query finds, then act.

        off ──► watch ──► on ──► stopped   it met a limit, or whoever switched it on lost the right
         ▲        │▲       │        │
         ├────────┘└─ edit ┤        ├──► on   a person resumes
         └─────────────────┴────────┘

    `kind` names a shipped automation, and is empty for others. `verdicts` narrows reports by the requested verdict and
    answers by the verdict given; empty takes all. `reporters` is the least number of people who reported the mail.
    `per_hour` limits the messages of any 60 minutes, `unattended` those since a person last switched it on or resumed
    (`confirmed_at`). `owner` is that person: it acts with that person's rights. `cursor` is where the finder of its
    event continues, and `since` the time before which nothing counts. `claimed_by` and `lease_until` are the worker's.
    `error` says why the API could not be asked last time; until `not_before` it is not asked again. `undecided` counts
    the messages of the last pass that could not be tested. They were left alone.
    """

    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    kind = models.CharField(max_length=32, blank=True)
    name = models.CharField(max_length=80)
    event = models.CharField(max_length=16, choices=Event.choices)
    query = models.TextField(blank=True)
    verdicts = models.JSONField(default=list, blank=True)
    reporters = models.PositiveSmallIntegerField(default=1)
    act = models.CharField(max_length=16, choices=Act.choices)
    scope = models.CharField(max_length=16, choices=Scope.choices, default=Scope.MESSAGE)
    destination = models.CharField(max_length=40, blank=True)
    disposition = models.CharField(max_length=20, blank=True)
    tag = models.CharField(max_length=40, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    per_hour = models.PositiveIntegerField(default=100)
    unattended = models.PositiveIntegerField(default=500)
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.WATCH)
    stopped_why = models.TextField(blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    owner_name = models.CharField(max_length=150, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    created_by_name = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    since = models.DateTimeField()
    cursor = models.JSONField(default=dict, blank=True)
    claimed_by = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    undecided = models.PositiveIntegerField(default=0)
    looked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["account_id", "backend", "name"], name="automation_name_once"),
            models.UniqueConstraint(
                fields=["account_id", "backend", "kind"], condition=~Q(kind=""), name="automation_kind_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def acts_as(self) -> str:
        """Return the name under which it acts, in jobs and in the audit trail."""
        return f"{NAME_PREFIX}{self.name}"

    @property
    def act_label(self) -> str:
        """Return in words what it does."""
        words = {
            Act.MOVE: f"Move to {FOLDER_LABELS.get(self.destination, self.destination)}",
            Act.ASSIGN: f"Assign to {self.assignee.get_username() if self.assignee else 'nobody'}",
            Act.TAG: f"Tag “{self.tag}”",
            Act.NOTIFY: f"Put up a notice for {self.assignee.get_username() if self.assignee else 'everybody'}",
            Act.ESCALATE: f"Escalate the report as {DISPOSITION_LABELS.get(self.disposition, self.disposition)}",
        }
        return words.get(Act(self.act), self.get_act_display())

    @property
    def is_live(self) -> bool:
        """Return whether the worker looks for its event."""
        return self.mode in (Mode.WATCH, Mode.ON)


class Firing(models.Model):
    """What an automation did about one message, or would have done. There is one in each record (`run`).

        would                        in watch mode and in a replay: nothing was written
        left                         nothing was to be done, `why` says why
        job                          the message is in `job`, which was written in the same transaction
        done                         written in the same transaction
        planned ──► sent ──► done    a call to the API; `sent` is written before the call
                      └────► failed, unknown

    The row is unique, and written in the transaction that does the act. So a worker that dies has done both or neither.
    """

    id = models.BigAutoField(primary_key=True)
    automation = models.ForeignKey(Automation, on_delete=models.CASCADE, related_name="firings", db_index=False)
    run = models.CharField(max_length=8, choices=Run.choices)
    message_id = models.CharField(max_length=255)
    state = models.CharField(max_length=8, choices=State.choices)
    why = models.TextField(blank=True)
    trigger = models.CharField(max_length=300, blank=True)
    submission_id = models.CharField(max_length=64, blank=True)
    snapshot = models.JSONField(default=dict)
    job = models.ForeignKey("dashboard.Job", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["automation", "run", "message_id"], name="automation_fires_once")
        ]
        indexes = [
            models.Index(fields=["automation", "run", "at"], name="firing_by_time"),
            models.Index(fields=["automation", "run", "-id"], name="firing_newest"),
            models.Index(fields=["at"], name="firing_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.automation_id} on {self.message_id} ({self.state})"

    @property
    def received_at(self) -> datetime | None:
        """Return when the message was received, or None if that is unknown."""
        return Snapshot.from_json(self.message_id, self.snapshot).received_at


class Replay(models.Model):
    """A replay of the last 30 days: what the automation would have done. It makes no call that writes.

    `state` is queued, running, done or failed. A worker that dies continues at `cursor`. `is_capped` says that it ended
    when as many messages were found as are kept.
    """

    automation = models.OneToOneField(Automation, on_delete=models.CASCADE, related_name="replay")
    since = models.DateTimeField()
    until = models.DateTimeField()
    cursor = models.JSONField(default=dict)
    state = models.CharField(max_length=8, default="queued")
    error = models.TextField(blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    undecided = models.PositiveIntegerField(default=0)
    is_capped = models.BooleanField(default=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"replay of {self.automation_id} ({self.state})"

    @property
    def is_active(self) -> bool:
        """Return whether it has not ended."""
        return self.state in ("queued", "running")


class Notice(models.Model):
    """A notice for a person, or for everybody if `person` is None, until somebody ticks it."""

    id = models.BigAutoField(primary_key=True)
    automation = models.ForeignKey(Automation, on_delete=models.CASCADE, related_name="notices")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    messages = models.JSONField(default=list)
    text = models.TextField()
    at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["-id"], name="notice_open", condition=Q(done_at=None))]

    def __str__(self) -> str:
        return self.text[:80]
