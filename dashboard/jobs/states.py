"""The states of jobs and of their items, and which of them are ends."""

from __future__ import annotations

from django.db import models

from api_client.models import MailboxDestination, SubmissionDisposition


class JobAction(models.TextChoices):
    """What a job does to each of its messages."""

    MOVE = "move", "Move"
    RELEASE = "release", "Release"
    RECLASSIFY = "reclassify", "Reclassify"


class JobState(models.TextChoices):
    """Where a job stands; see Job for the way from one to the other."""

    AWAITING = "awaiting", "Waits for approval"
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    PROVING = "proving", "Proving"
    COMPLETED = "completed", "Completed"
    PARTIAL = "partial", "Partly done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    REFUSED = "refused", "Refused"
    EXPIRED = "expired", "Expired"


class ItemState(models.TextChoices):
    """Where one message of a job stands; see JobItem for the way from one to the other."""

    PENDING = "pending", "Waiting"
    CLAIMED = "claimed", "In progress"
    SENT = "sent", "Sent"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    UNKNOWN = "unknown", "Unknown"
    CANCELLED = "cancelled", "Cancelled"


class Proof(models.TextChoices):
    """What looking at the message afterwards showed of the action; empty until somebody has looked.

    PLACE is full proof: the log names the folder, or the message left quarantine. STATE shows that something of the
    kind was done, UNREADABLE that this API can't show it, MISSING that it could and does not.
    """

    PLACE = "place", "Proven"
    STATE = "state", "Proven by its state, place not readable"
    UNREADABLE = "unread", "Accepted, place not readable"
    MISSING = "missing", "Accepted, but the API does not show it"


ACTIVE_JOBS = (JobState.QUEUED, JobState.RUNNING)
STOPPABLE_JOBS = (JobState.AWAITING, *ACTIVE_JOBS, JobState.PAUSED)
PROVEN = (Proof.PLACE, Proof.STATE)
DOUBTFUL = (Proof.UNREADABLE, Proof.MISSING)
IN_FLIGHT = (ItemState.CLAIMED, ItemState.SENT)

# The folders that a job moves to, the most wanted first.
FOLDER_LABELS: dict[str, str] = {
    MailboxDestination.JUNK_EMAIL.value: "Junk",
    MailboxDestination.DELETED_ITEMS.value: "Deleted items",
    MailboxDestination.INBOX.value: "Inbox",
    MailboxDestination.RECOVERABLE_ITEMS_DELETIONS.value: "Recoverable items",
    MailboxDestination.RECOVERABLE_ITEMS_PURGES.value: "Purged items",
}

# What a reclassification may ask for.
DISPOSITION_LABELS: dict[str, str] = {
    SubmissionDisposition.MALICIOUS.value: "Malicious",
    SubmissionDisposition.SUSPICIOUS.value: "Suspicious",
    SubmissionDisposition.SPOOF.value: "Spoof",
    SubmissionDisposition.SPAM.value: "Spam",
    SubmissionDisposition.BULK.value: "Bulk",
    SubmissionDisposition.NONE.value: "Clean",
}
