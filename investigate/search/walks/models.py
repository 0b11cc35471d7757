"""What is made of everything that a search finds, in the background: a count, a file, a selection."""

import hashlib

from django.db import models

from dashboard.walking.models import Walk, WalkState

COUNT_AT_MOST = 10_000
"""Where counting stops: nobody decides otherwise for knowing that it is 12,345."""


class SearchWalk(Walk):
    """A walk over a search of the bar: what the API can't filter is tested on the way.

    `query` is the search as an address holds it. `found` counts what matches. Of those that their row left open,
    `read` had their detail read, `unread` were too many for that, and of `untold` the API tells nothing.
    """

    query = models.TextField()
    found = models.PositiveIntegerField(default=0)
    read = models.PositiveIntegerField(default=0)
    unread = models.PositiveIntegerField(default=0)
    untold = models.PositiveIntegerField(default=0)

    class Meta(Walk.Meta):
        abstract = True

    @property
    def is_whole(self) -> bool:
        """Whether everything was looked at, and nothing left open."""
        return self.is_complete and not self.unread and not self.untold


class SearchCount(SearchWalk):
    """How many messages a search finds, at most COUNT_AT_MOST; `key` is that of the search."""

    key = models.CharField(max_length=64)

    class Meta(SearchWalk.Meta):
        verbose_name = "count"
        indexes = [models.Index(fields=["key", "-created_at"], name="count_by_search")]

    @property
    def is_capped(self) -> bool:
        return self.found >= COUNT_AT_MOST


class ExportFormat(models.TextChoices):
    """The kinds of file."""

    CSV = "csv", "CSV"
    JSON_LINES = "jsonl", "JSON Lines"


class SearchExport(SearchWalk):
    """A file of everything that a search finds; it lies in parts, which are written as the walk goes on."""

    format = models.CharField(max_length=8, choices=ExportFormat.choices)

    class Meta(SearchWalk.Meta):
        verbose_name = "export"
        indexes = [models.Index(fields=["-created_at"], name="export_by_time")]

    @property
    def has_ended_early(self) -> bool:
        """Whether the file holds only what was found before the walk ended."""
        return self.state in (WalkState.FAILED, WalkState.CANCELLED)


class ExportPart(models.Model):
    """A stretch of an export's file, compressed with gzip; the parts in their order are the file."""

    export = models.ForeignKey(SearchExport, on_delete=models.CASCADE, related_name="parts", db_index=False)
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["export", "number"], name="export_part_once")]

    def __str__(self) -> str:
        return f"part {self.number} of {self.export_id}"


GATHERED_AT_MOST = 100_000
"""Messages that one gathering takes, as many as a selection of named messages."""


class SearchGathering(SearchWalk):
    """All that a search finds which the API can't filter, gathered so that it can be selected as a whole.

    `action` and `destination` are what somebody wants to do with it. `selection` is what became of it.
    """

    action = models.CharField(max_length=20, blank=True)
    destination = models.CharField(max_length=40, blank=True)
    selection = models.UUIDField(null=True, blank=True)

    class Meta(SearchWalk.Meta):
        verbose_name = "gathering"
        indexes = [models.Index(fields=["created_at"], name="gathering_by_time")]


class GatheredMessage(models.Model):
    """One message of a gathering, as it was when the walk came upon it."""

    gathering = models.ForeignKey(SearchGathering, on_delete=models.CASCADE, related_name="messages", db_index=False)
    investigate_id = models.CharField(max_length=255)
    snapshot = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["gathering", "investigate_id"], name="gathered_once")]

    def __str__(self) -> str:
        return self.investigate_id


def key_of(query: str, *, account_id: str, backend: str) -> str:
    """Return what tells one search of one backend from every other."""
    return hashlib.sha256(f"{backend}\n{account_id}\n{query}".encode()).hexdigest()
