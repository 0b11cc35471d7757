"""What is kept: legal holds, and how far retention has come."""

import uuid

from django.db import models


class LegalHold(models.Model):
    """Mail that retention must not delete until the hold is lifted.

    A message is held if all that the hold names fits: one of `message_ids` (investigate ids), one of `recipients`, one
    of `senders` (addresses, or domains with their subdomains), and the time of scanning from `since` until before
    `until`. What is empty fits any message, but a hold names something. A lifted hold stays as a record.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account_id = models.CharField(max_length=32)
    name = models.CharField(max_length=200)
    reason = models.TextField()
    message_ids = models.JSONField(default=list)
    recipients = models.JSONField(default=list)
    senders = models.JSONField(default=list)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    set_by = models.CharField(max_length=150)
    set_at = models.DateTimeField()
    lifted_by = models.CharField(max_length=150)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account_id", "-set_at"], name="legal_hold_newest")]

    def __str__(self) -> str:
        return self.name


class RetentionMark(models.Model):
    """How far the walk over old mail has come: the key of the last message that was looked at. 0 begins anew."""

    name = models.CharField(max_length=20, primary_key=True)
    position = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.position}"


class RawRemoval(models.Model):
    """A file of raw mail whose row was deleted, until the file is gone too (see `gateway.retention.raw_files`)."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    file = models.CharField(max_length=200)
    due_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.file
