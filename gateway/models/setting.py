"""What all settings of an account have in common."""

import hashlib
import uuid
from typing import Self

from django.db import models


class PolicyVersion(models.Model):
    """Counts the changes to an account's settings.

    Whoever changes a setting raises it in the same transaction: so changes of one account come one after the other,
    and every process sees with one small query whether what it read before still holds.
    """

    account_id = models.CharField(max_length=32, primary_key=True)
    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.account_id} {self.number}"


class Setting(models.Model):
    """One entry of an account's settings. `key` is the hash of what makes it the same as another one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account_id = models.CharField(max_length=32)
    key = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    modified_at = models.DateTimeField()

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["account_id", "key"], name="%(class)s_once")]
        indexes = [models.Index(fields=["account_id", "created_at"], name="%(class)s_new")]

    def identity(self) -> tuple[str, ...]:
        """Return what no two entries of an account may have in common."""
        raise NotImplementedError

    def keyed(self) -> Self:
        """Set `key` from the identity and return the entry, unsaved."""
        self.key = hashlib.sha256("\0".join(self.identity()).encode()).hexdigest()
        return self
