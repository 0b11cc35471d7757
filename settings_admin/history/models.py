"""The history of policies."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from dashboard.audit.actions import Outcome


class ChangeAction(models.TextChoices):
    """What was done to an entry."""

    CREATE = "create", "Created"
    EDIT = "edit", "Edited"
    DELETE = "delete", "Deleted"
    RESTORE = "restore", "Put back"


class Change(models.Model):
    """One change of one entry, written before the API is asked and given its outcome after; those of a `run` once done.

    `before` and `after` are the entry's fields, null where there was no entry. An entry that was deleted and put back
    has a new id: `former_id` leads to what it was. A change that stays "attempted" lost its process on the way.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    username = models.CharField(max_length=150, blank=True)
    role = models.CharField(max_length=20, blank=True)
    account_id = models.CharField(max_length=64)
    backend = models.CharField(max_length=32)
    kind = models.CharField(max_length=40)
    entry_id = models.CharField(max_length=64, blank=True)
    former_id = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=1024, blank=True)
    action = models.CharField(max_length=8, choices=ChangeAction.choices)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    why = models.TextField(blank=True)
    run = models.ForeignKey("settings_admin.Run", null=True, on_delete=models.SET_NULL, related_name="changes")
    outcome = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Outcome])

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["kind", "entry_id", "-id"], name="change_by_entry"),
            models.Index(fields=["kind", "-id"], name="change_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.username}: {self.action} {self.kind} {self.name} ({self.outcome})"
