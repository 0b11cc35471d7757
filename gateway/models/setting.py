"""Base model of all settings of an account, and the version counter of an account's settings."""

import hashlib
import uuid
from typing import Self

from django.db import models


class PolicyVersion(models.Model):
    """Counter of the changes to an account's settings.

    Every change to a setting increments `number` in the same transaction. So changes to one account are serialised,
    and one small query tells a process whether the settings that it has cached are still current.
    """

    account_id = models.CharField(max_length=32, primary_key=True)
    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.account_id} {self.number}"


class Setting(models.Model):
    """One entry of an account's settings. `key` is the hash of its identity, which is unique within the account."""

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
        """Return the values that identify the entry. No two entries of an account may have the same identity."""
        raise NotImplementedError

    def keyed(self) -> Self:
        """Set `key` from the identity and return the entry without saving it."""
        self.key = hashlib.sha256("\0".join(self.identity()).encode()).hexdigest()
        return self
