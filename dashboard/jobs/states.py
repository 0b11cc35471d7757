"""States of jobs and of their items, kinds of proof, and the labels of folders and verdicts."""

from __future__ import annotations

from django.db import models

from api_client.models import MailboxDestination, SubmissionDisposition


class JobAction(models.TextChoices):
    """What a job does to each of its messages."""

    MOVE = "move", "Move"
    RELEASE = "release", "Release"
    RECLASSIFY = "reclassify", "Submit for review"


class JobState(models.TextChoices):
    """State of a job. See `Job` for the transitions."""

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
    """State of one message of a job. See `JobItem` for the transitions."""

    PENDING = "pending", "Waiting"
    CLAIMED = "claimed", "In progress"
    SENT = "sent", "Sent"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    UNKNOWN = "unknown", "Unknown"
    CANCELLED = "cancelled", "Cancelled"


class Proof(models.TextChoices):
    """What the message showed of the action afterwards. Empty until the message was checked.

    PLACE is full proof: the action log names the folder, or the message left quarantine. SEEN means that the search row
    shows such an action, OPEN that it shows nothing that only this job can have done. For both, the action log may tell
    more, but was not asked. After it was asked: STATE and UNREADABLE are the same where the API has no log that names
    the place, and MISSING means that the log does not show the action.
    """

    PLACE = "place", "Proven"
    SEEN = "seen", "Proven by its state, place not looked up"
    STATE = "state", "Proven by its state, place not readable"
    OPEN = "open", "Accepted, not looked up"
    UNREADABLE = "unread", "Accepted, place not readable"
    MISSING = "missing", "Accepted, but the API does not show it"


ACTIVE_JOBS = (JobState.QUEUED, JobState.RUNNING)
STOPPABLE_JOBS = (JobState.AWAITING, *ACTIVE_JOBS, JobState.PAUSED)
PROVEN = (Proof.PLACE, Proof.SEEN, Proof.STATE)
LEFT_OPEN = (Proof.SEEN, Proof.OPEN)
IN_FLIGHT = (ItemState.CLAIMED, ItemState.SENT)

# The folders that a job can move messages to, the most useful first.
FOLDER_LABELS: dict[str, str] = {
    MailboxDestination.JUNK_EMAIL.value: "Junk",
    MailboxDestination.DELETED_ITEMS.value: "Deleted items",
    MailboxDestination.INBOX.value: "Inbox",
    MailboxDestination.RECOVERABLE_ITEMS_DELETIONS.value: "Recoverable items",
    MailboxDestination.RECOVERABLE_ITEMS_PURGES.value: "Purged items",
}

# The verdicts that a reclassification can request.
DISPOSITION_LABELS: dict[str, str] = {
    SubmissionDisposition.MALICIOUS.value: "Malicious",
    SubmissionDisposition.SUSPICIOUS.value: "Suspicious",
    SubmissionDisposition.SPOOF.value: "Spoof",
    SubmissionDisposition.SPAM.value: "Spam",
    SubmissionDisposition.BULK.value: "Bulk",
    SubmissionDisposition.NONE.value: "Clean",
}
