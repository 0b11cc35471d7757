"""Selections, the messages in them, and what was found when they were looked at again."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from dashboard.jobs.models import Job
from dashboard.jobs.snapshot import Snapshot
from dashboard.jobs.states import FOLDER_LABELS
from dashboard.walking.models import Walk, WalkState


class Source(models.TextChoices):
    """How a selection came to be."""

    PICKED = "picked", "Picked by hand"
    QUERY = "query", "All that a search finds"
    LIST = "list", "A list of ids"
    UNDO = "undo", "What a job did"


class Selection(Walk):
    """The messages that somebody chose, as they were when they were chosen.

        queued ──► running ──► done        frozen: nothing is added or taken out any more
           │          │   └──► failed      the API refused, or could not be reached for long
           └──────────┴──────► cancelled   no job is started on it

    A search is walked by the worker; picked rows and lists are looked up by it, unless they are very few. Only a
    frozen selection becomes a job. `size` counts what a job would act on, `left_out` what it would not, `named` the
    ids that were asked for, `tallies` holds counts by disposition, status and recipient domain. `label` says in words
    what was chosen.
    """

    source = models.CharField(max_length=8, choices=Source.choices)
    label = models.CharField(max_length=300, blank=True)
    size = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    named = models.PositiveIntegerField(default=0)
    tallies = models.JSONField(default=dict, blank=True)
    undoes = models.ForeignKey(Job, null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    class Meta(Walk.Meta):
        verbose_name = "selection"
        indexes = [models.Index(fields=["created_at"], name="selection_by_time")]

    @property
    def is_frozen(self) -> bool:
        """Whether the selection is whole and stays as it is."""
        return self.state == WalkState.DONE

    @property
    def percent(self) -> int:
        """How much was looked at: of the time, or of the ids where those were named."""
        if not self.named or self.is_frozen:
            return super().percent
        return min(99, self.size * 100 // self.named)

    @property
    def looked_at(self) -> datetime:
        """When its messages were as the rows say."""
        return self.started_at or self.created_at


class SelectedMessage(models.Model):
    """One message of a selection. `why_not` says why a job leaves it out; empty for what it acts on.

    `snapshot` is empty until the message was looked up. `destination` is where an undo moves it to. `drift` says how
    it differed when it was looked at again, by the check with the number `checked`.
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
        """The folder that an undo moves the message to, in words."""
        return FOLDER_LABELS.get(self.destination, self.destination)

    @property
    def seen(self) -> Snapshot:
        """The message as it was when it was selected."""
        return Snapshot.from_json(self.investigate_id, self.snapshot)


class SelectionCheck(Walk):
    """A second look at a selection: what arrived, was moved, judged anew or went away since it was frozen.

    Its states are those of Walk. `number` counts the checks of a selection.
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
        """Whether anything is not as it was."""
        return bool(self.arrived or self.moved or self.rejudged or self.gone)
