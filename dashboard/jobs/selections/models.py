"""Models of selections, of the messages in them, and of the checks for drift."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from dashboard.jobs.models import Job
from dashboard.jobs.snapshot import Snapshot
from dashboard.jobs.states import FOLDER_LABELS
from dashboard.walking.models import Walk, WalkState


class Source(models.TextChoices):
    """How a selection was made."""

    PICKED = "picked", "Picked by hand"
    QUERY = "query", "All that a search finds"
    LIST = "list", "A list of ids"
    UNDO = "undo", "What a job did"


class Selection(Walk):
    """The messages that a person chose, as they were when they were chosen.

        queued ──► running ──► done        frozen: no message is added or removed any more
           │          │   └──► failed      the API refused, or was unreachable for too long
           └──────────┴──────► cancelled   no job can be started on it

    The worker walks a search. It also looks up picked rows and lists, unless they are very short. Only a frozen
    selection becomes a job. `size` is the number of messages that a job would act on, `left_out` the number that it
    would not act on, and `named` the number of ids that were asked for. `alike` narrows what a search finds to copies
    of one mail (see `Alike`). `tallies` holds counts by disposition, status
    and recipient domain. `label` describes in words what was chosen.
    """

    source = models.CharField(max_length=8, choices=Source.choices)
    label = models.CharField(max_length=300, blank=True)
    size = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    named = models.PositiveIntegerField(default=0)
    tallies = models.JSONField(default=dict, blank=True)
    alike = models.JSONField(default=dict, blank=True)
    undoes = models.ForeignKey(Job, null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    class Meta(Walk.Meta):
        verbose_name = "selection"
        indexes = [models.Index(fields=["created_at"], name="selection_by_time")]

    @property
    def is_frozen(self) -> bool:
        """Return whether the selection is complete and does not change any more."""
        return self.state == WalkState.DONE

    @property
    def percent(self) -> int:
        """Return the progress in percent: of the time range, or of the ids if those were named."""
        if not self.named or self.is_frozen:
            return super().percent
        return min(99, self.size * 100 // self.named)

    @property
    def looked_at(self) -> datetime:
        """Return the time as of which the rows describe the messages."""
        return self.started_at or self.created_at


class SelectedMessage(models.Model):
    """One message of a selection. `why_not` says why a job leaves it out. It is empty if a job acts on the message.

    `snapshot` is empty until the message was looked up. `destination` is the folder that an undo moves it to. `drift`
    describes how the message had changed in the check with the number `checked`.
    """

    id = models.BigAutoField(primary_key=True)
    selection = models.ForeignKey(Selection, on_delete=models.CASCADE, related_name="messages", db_index=False)
    investigate_id = models.CharField(max_length=255)
    snapshot = models.JSONField(default=dict)
    is_read = models.BooleanField(default=False)
    destination = models.CharField(max_length=40, blank=True)
    why_not = models.CharField(max_length=200, blank=True)
    checked = models.PositiveSmallIntegerField(default=0)
    drift = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["selection", "investigate_id"], name="selected_once"),
        ]
        indexes = [models.Index(fields=["selection", "id"], name="selected_in_order")]

    def __str__(self) -> str:
        return self.investigate_id

    @property
    def destination_label(self) -> str:
        """Return in words the folder that an undo moves the message to."""
        return FOLDER_LABELS.get(self.destination, self.destination)

    @property
    def seen(self) -> Snapshot:
        """Return the message as it was when it was selected."""
        return Snapshot.from_json(self.investigate_id, self.snapshot)


class SelectionCheck(Walk):
    """A later check of a selection: counts what arrived, moved, got another verdict or went away since it was frozen.

    Its states are those of Walk. `number` counts the checks of a selection. `unseen` counts the messages that the check
    did not find, but that may still be there, and those of which it can't tell where they are.
    """

    selection = models.ForeignKey(Selection, on_delete=models.CASCADE, related_name="checks")
    number = models.PositiveSmallIntegerField()
    arrived = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    rejudged = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    unseen = models.PositiveIntegerField(default=0)

    class Meta(Walk.Meta):
        verbose_name = "selection check"
        constraints = [models.UniqueConstraint(fields=["selection", "number"], name="selection_check_once")]

    @property
    def has_drift(self) -> bool:
        """Return whether anything has changed."""
        return bool(self.arrived or self.moved or self.rejudged or self.gone)
