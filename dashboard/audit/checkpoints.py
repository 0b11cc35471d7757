"""Model of the places up to which old audit entries may be deleted."""

from typing import Any

from django.db import models


class AuditCheckpoint(models.Model):
    """A place of the chain up to which all entries from before a time were given up to retention.

    The chain is verified from here on: `hash` is that of the entry at `position`, the last one that goes, and `proof`
    shows that who wrote the row has the installation's key. `last_id` is the highest id among the entries that go.
    Triggers let entries be deleted that are at or below the place and older than `before`, and no others, and keep the
    checkpoints themselves.
    """

    position = models.BigIntegerField(primary_key=True)
    hash = models.CharField(max_length=64)
    proof = models.CharField(max_length=64)
    last_id = models.BigIntegerField()
    before = models.DateTimeField()
    made_at = models.DateTimeField()

    class Meta:
        app_label = "dashboard"

    def __str__(self) -> str:
        return f"up to place {self.position}"

    def delete(self, *_args: Any, **_kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raise TypeError: a checkpoint is never deleted."""
        raise TypeError("A checkpoint is never deleted.")
