"""Jobs, their items, and the outcomes. These rows are the truth; broker and browser only hear of them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from dashboard.jobs.snapshot import Snapshot
from dashboard.jobs.states import (
    ACTIVE_JOBS,
    DISPOSITION_LABELS,
    FOLDER_LABELS,
    ItemState,
    JobAction,
    JobState,
    Proof,
)


class Job(models.Model):
    """One action on a frozen selection of messages.

        awaiting ──► queued ──► running ──► proving ──► completed   every item done
         │  │ │        │  ▲      │   ▲         ├──────► partial     some done, some failed or unknown
         │  │ │        ▼  │      ▼   │         └──────► failed      none done
         │  │ │        paused ◄──┘   └── retry: the failed items of an ended job go on
         │  │ └► cancelled   what was not sent yet stays undone; also from queued, running and paused
         │  └──► refused     by a second person
         └─────► expired     nobody decided in time

    A job runs only on the backend that it was frozen on: `account_id` and `backend` (its fingerprint). `size` is how
    many messages were frozen. `not_before` holds it back after the API asked for a pause or could not be reached;
    `holdups` counts the latter in a row. By `look_after` a worker should have shown up again; once it has passed,
    another one is told of the job. A job that has done something is proven before it ends, a cancelled one too:
    `proof` says how far that is, `proof_lease` keeps a second worker from doing the same meanwhile, and `proven_at`
    is when nothing was left to look at. `digest` is of what a second person was shown; a job whose items no longer
    have it is refused. The items of a large job are copied from its `selection` by the worker, up to `copied_to`, and
    nothing is sent before all are there (`is_frozen`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    action = models.CharField(max_length=20, choices=JobAction.choices)
    destination = models.CharField(max_length=40, blank=True)
    disposition = models.CharField(max_length=20, blank=True)
    reason = models.TextField(blank=True)
    size = models.PositiveIntegerField(default=0)
    selection = models.ForeignKey(
        "dashboard.Selection", null=True, blank=True, on_delete=models.SET_NULL, related_name="jobs"
    )
    copied_to = models.BigIntegerField(default=0)
    is_frozen = models.BooleanField(default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="jobs", db_index=False
    )
    created_by_name = models.CharField(max_length=150, blank=True)
    undoes = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="undone_by")
    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    state = models.CharField(max_length=12, choices=JobState.choices, default=JobState.QUEUED)
    error = models.TextField(blank=True)
    holdups = models.PositiveSmallIntegerField(default=0)
    retries = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    look_after = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    paced_from = models.DateTimeField(null=True, blank=True)
    paced_base = models.PositiveIntegerField(default=0)
    proof = models.JSONField(default=dict, blank=True)
    proof_lease = models.DateTimeField(null=True, blank=True)
    proven_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    decided_by_name = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["-created_at"], name="job_by_time"),
            models.Index(fields=["created_at"], name="job_open", condition=models.Q(finished_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} job {self.pk} ({self.state})"

    @property
    def destination_label(self) -> str:
        """The folder in words; empty for a job that moves nothing, or each message to a folder of its own."""
        return FOLDER_LABELS.get(self.destination, self.destination)

    @property
    def disposition_label(self) -> str:
        """The verdict asked for, in words; empty for a job that asks for none."""
        return DISPOSITION_LABELS.get(self.disposition, self.disposition)

    @property
    def label(self) -> str:
        """What the job does, in words."""
        words = [self.get_action_display()]
        if self.destination:
            words.append(f"to {self.destination_label}")
        elif self.disposition:
            words.append(f"as {self.disposition_label}")
        elif self.action == JobAction.MOVE:
            words.append("back")
        return " ".join(words)

    @property
    def is_active(self) -> bool:
        """Whether the job still has work to begin."""
        return self.state in ACTIVE_JOBS

    @property
    def is_finished(self) -> bool:
        """Whether nothing about the job will change any more."""
        return self.finished_at is not None


class JobItem(models.Model):
    """One message of a job.

        pending ──► claimed ──► sent ──► done
           ▲           │          ├────► failed
           │           │          └────► unknown ──► done or failed, when it was read back
           ├───────────┘ lease ran out     │ read back, and the write did not happen
           └───────────────────────────────┘
        pending ──► cancelled with its job
        failed  ──► pending, when a person has the failed ones tried again

    `claimed_by` is the token of the claim; whoever writes an outcome must still hold it. `attempted_at` is when the
    first write began whose effect may be ours. An unknown item with `check_after` is read back from then on; without,
    it is put before a person. `snapshot` is what the message was when it was selected, `destination` the folder where
    the job has none for all. `accepted` says that the API took the write in, `state` what it said came of it, and
    `proof` what was seen of it afterwards.
    """

    id = models.BigAutoField(primary_key=True)
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="items", db_index=False)
    investigate_id = models.CharField(max_length=255)
    snapshot = models.JSONField(default=dict)
    destination = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=12, choices=ItemState.choices, default=ItemState.PENDING)
    claimed_by = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    attempted_at = models.DateTimeField(null=True, blank=True)
    checks = models.PositiveSmallIntegerField(default=0)
    check_after = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=40, blank=True)
    error = models.TextField(blank=True)
    accepted = models.BooleanField(default=False)
    settled_at = models.DateTimeField(null=True, blank=True)
    proof = models.CharField(max_length=8, choices=Proof.choices, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            # Also how what was done to a message is found.
            models.UniqueConstraint(fields=["investigate_id", "job"], name="job_item_once"),
        ]
        indexes = [
            models.Index(fields=["job", "id"], name="job_item_by_job"),
            models.Index(fields=["job", "state", "id"], name="job_item_by_state"),
            models.Index(fields=["job", "state", "proof", "accepted"], name="job_item_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.investigate_id} ({self.state})"

    @property
    def seen(self) -> Snapshot:
        """The message as it was when it was selected."""
        return Snapshot.from_json(self.investigate_id, self.snapshot)

    @property
    def waits_for_a_person(self) -> bool:
        """Whether the outcome is unknown and nothing more will be done about it by itself."""
        return self.state == ItemState.UNKNOWN and self.check_after is None

    @property
    def destination_label(self) -> str:
        """The item's own folder in words; empty where the job has one for all."""
        return FOLDER_LABELS.get(self.destination, self.destination)


class JobOutcome(models.Model):
    """What became of one recipient's copy of one message; `status` is the API's word for it."""

    id = models.BigAutoField(primary_key=True)
    item = models.ForeignKey(JobItem, on_delete=models.CASCADE, related_name="outcomes", db_index=False)
    recipient = models.CharField(max_length=320, blank=True)
    success = models.BooleanField()
    status = models.CharField(max_length=100, blank=True)
    destination = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["item", "recipient"], name="job_outcome_once")]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.status or self.success}"

    @property
    def words(self) -> str:
        """The API's word for the outcome, as people write."""
        return self.status.replace("_", " ")
