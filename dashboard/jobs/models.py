"""Models of jobs, items and outcomes. Their rows are the source of truth; broker and browser are only notified."""

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

        awaiting ──► queued ──► running ──► proving ──► completed   every item is done
         │  │ │        │  ▲      │   ▲         ├──────► partial     some items are done, others failed or are unknown
         │  │ │        ▼  │      ▼   │         └──────► failed      no item is done
         │  │ │        paused ◄──┘   └── retry: the failed items of an ended job are sent again
         │  │ └► cancelled   items that were not sent stay undone; also from queued, running and paused
         │  └──► refused     by a second person
         └─────► expired     nobody decided in time

    A job runs only on the backend that it was created for: `account_id` and `backend` (its fingerprint). `size` is the
    number of frozen messages. The items of a large job are copied from its `selection` by the worker, up to the key
    `copied_to`. Nothing is sent before all are copied (`is_frozen`). With a `recipient`, a release is for that person's
    copy alone.

    After the API asked for a pause or could not be reached, the job pauses until `not_before`. `holdups` counts how
    often in a row it could not be reached. A worker should have returned to the job by `look_after`. After that time,
    the job is queued for another worker.

    A job that did something is proven before it ends, even if it was cancelled. `proof` holds the plan and progress of
    that, `proof_lease` keeps a second worker from proving it at the same time, and `proven_at` is when nothing was left
    to check. `digest` identifies the list that a second person was asked to approve. If the items no longer match it,
    the job is refused. The job's rate counts from `paced_from`, when `paced_base` items were settled.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    action = models.CharField(max_length=20, choices=JobAction.choices)
    destination = models.CharField(max_length=40, blank=True)
    disposition = models.CharField(max_length=20, blank=True)
    recipient = models.CharField(max_length=320, blank=True)
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
        """Return the folder in words. It is empty if the job moves nothing, or each message to a folder of its own."""
        return FOLDER_LABELS.get(self.destination, self.destination)

    @property
    def disposition_label(self) -> str:
        """Return the requested verdict in words, or an empty string if the job requests none."""
        return DISPOSITION_LABELS.get(self.disposition, self.disposition)

    @property
    def label(self) -> str:
        """Return in words what the job does."""
        words = [self.get_action_display()]
        if self.destination:
            words.append(f"to {self.destination_label}")
        elif self.recipient:
            words.append(f"to {self.recipient}")
        elif self.disposition:
            words.append(f"as {self.disposition_label}")
        elif self.action == JobAction.MOVE:
            words.append("back")
        return " ".join(words)

    @property
    def is_active(self) -> bool:
        """Return whether the job is queued or running."""
        return self.state in ACTIVE_JOBS

    @property
    def is_finished(self) -> bool:
        """Return whether the job has ended. Only a retry changes it after that."""
        return self.finished_at is not None


class JobItem(models.Model):
    """One message of a job.

        pending ──► claimed ──► sent ──► done
           ▲           │          ├────► failed
           │           │          └────► unknown ──► done or failed, after it was read back
           ├───────────┘ lease expired     │ read back, and the write did not happen
           └───────────────────────────────┘
        pending ──► cancelled with its job
        failed  ──► pending, when a person retries the failed items

    `claimed_by` is the token of the claim. An outcome may only be written under the token that the item still has.
    `attempted_at` is the start of the first attempt whose effect may be ours. An unknown item is read back after
    `check_after`. If it has no `check_after`, a person has to decide on it. `snapshot` is the message as it was when it
    was selected. `destination` is the item's own folder, empty if the job has one folder for all items. `accepted` says
    that the API accepted the write, `state` what outcome the API reported, and `proof` what the message showed
    afterwards.
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
            # Its index also serves the query for what jobs did to one message.
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
        """Return the message as it was when it was selected."""
        return Snapshot.from_json(self.investigate_id, self.snapshot)

    @property
    def waits_for_a_person(self) -> bool:
        """Return whether the outcome is unknown and only a person can settle it."""
        return self.state == ItemState.UNKNOWN and self.check_after is None

    @property
    def destination_label(self) -> str:
        """Return the item's own folder in words, or an empty string if the job has one folder for all items."""
        return FOLDER_LABELS.get(self.destination, self.destination)


class JobOutcome(models.Model):
    """The outcome for one recipient's copy of one message. `status` is the API's word for it.

    `was_read`, `was_answered` and `was_forwarded` tell what the recipient had done with the copy before it was moved.
    They are null where that can't be told: only our own gateway tells it, and not for every mailbox. `forwarded_to` are
    addresses that sent mail shows it was forwarded to.
    """

    id = models.BigAutoField(primary_key=True)
    item = models.ForeignKey(JobItem, on_delete=models.CASCADE, related_name="outcomes", db_index=False)
    recipient = models.CharField(max_length=320, blank=True)
    success = models.BooleanField()
    status = models.CharField(max_length=100, blank=True)
    destination = models.CharField(max_length=40, blank=True)
    was_read = models.BooleanField(null=True)
    was_answered = models.BooleanField(null=True)
    was_forwarded = models.BooleanField(null=True)
    forwarded_to = models.JSONField(default=list, db_default=[])

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["item", "recipient"], name="job_outcome_once")]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.status or self.success}"

    @property
    def words(self) -> str:
        """Return the API's status with spaces instead of underscores."""
        return self.status.replace("_", " ")

    @property
    def seen_words(self) -> list[str]:
        """Return what the recipient had done with the copy, in words."""
        facts = (("read", self.was_read), ("answered", self.was_answered), ("forwarded", self.was_forwarded))
        return [word for word, is_so in facts if is_so]
