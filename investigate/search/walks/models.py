"""Models of background walks over a whole search: counts, exports, and gatherings for selections."""

import hashlib

from django.db import models

from dashboard.walking.models import Walk, WalkState

COUNT_AT_MOST = 10_000
"""Number of messages at which counting stops. A more exact number would not change an analyst's decision."""


class SearchWalk(Walk):
    """A walk over a search of the search page, with the client-side filter.

    `query` is the query string of the search's URL. `found` counts the matching messages. The other counters are about
    messages that the row alone did not decide: `read` had their detail read, `unread` did not because of the limit on
    details, and for `untold` the API has no detail.
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
        """Return whether every message of the range was tested and decided."""
        return self.is_complete and not self.unread and not self.untold


class SearchCount(SearchWalk):
    """Number of messages that a search finds, counted up to COUNT_AT_MOST. `key` is the result of `key_of`."""

    key = models.CharField(max_length=64)

    class Meta(SearchWalk.Meta):
        verbose_name = "count"
        indexes = [models.Index(fields=["key", "-created_at"], name="count_by_search")]

    @property
    def is_capped(self) -> bool:
        return self.found >= COUNT_AT_MOST


class ExportFormat(models.TextChoices):
    """File formats of exports."""

    CSV = "csv", "CSV"
    JSON_LINES = "jsonl", "JSON Lines"


class SearchExport(SearchWalk):
    """An export of everything that a search finds. The file is stored in parts, which are written during the walk."""

    format = models.CharField(max_length=8, choices=ExportFormat.choices)

    class Meta(SearchWalk.Meta):
        verbose_name = "export"
        indexes = [models.Index(fields=["-created_at"], name="export_by_time")]

    @property
    def has_ended_early(self) -> bool:
        """Return whether the walk failed or was cancelled, so that the file holds only what was found before."""
        return self.state in (WalkState.FAILED, WalkState.CANCELLED)


class ExportPart(models.Model):
    """A gzip-compressed part of an export file. The decompressed parts in the order of `number` make the file."""

    export = models.ForeignKey(SearchExport, on_delete=models.CASCADE, related_name="parts", db_index=False)
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["export", "number"], name="export_part_once")]

    def __str__(self) -> str:
        return f"part {self.number} of {self.export_id}"


GATHERED_AT_MOST = 100_000
"""Maximum number of messages in a gathering. It equals the limit of a selection of individually picked messages."""


class SearchGathering(SearchWalk):
    """All messages of a search that needs the client-side filter, gathered so that they can be selected as a whole.

    `action` and `destination` are the job that the user wants to run. `selection` is the id of the selection that was
    made from the gathering.
    """

    action = models.CharField(max_length=20, blank=True)
    destination = models.CharField(max_length=40, blank=True)
    selection = models.UUIDField(null=True, blank=True)

    class Meta(SearchWalk.Meta):
        verbose_name = "gathering"
        indexes = [models.Index(fields=["created_at"], name="gathering_by_time")]


class GatheredMessage(models.Model):
    """A message of a gathering, with a snapshot taken when the walk found it."""

    gathering = models.ForeignKey(SearchGathering, on_delete=models.CASCADE, related_name="messages", db_index=False)
    investigate_id = models.CharField(max_length=255)
    snapshot = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["gathering", "investigate_id"], name="gathered_once")]

    def __str__(self) -> str:
        return self.investigate_id


def key_of(query: str, *, account_id: str, backend: str) -> str:
    """Return the key that identifies a search on a backend: a SHA-256 digest in hex."""
    return hashlib.sha256(f"{backend}\n{account_id}\n{query}".encode()).hexdigest()
