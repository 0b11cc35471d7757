"""Model of the policies' change history."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from dashboard.audit.actions import Outcome


class ChangeAction(models.TextChoices):
    """Action of a change."""

    CREATE = "create", "Created"
    EDIT = "edit", "Edited"
    DELETE = "delete", "Deleted"
    RESTORE = "restore", "Put back"


class Change(models.Model):
    """One change of one entry.

    The row is written before the API request and gets its outcome afterwards. Changes of a `run` are written once
    they are done. `before` and `after` are the entry's fields, null where no entry existed. An entry that was deleted
    and restored has a new id, and `former_id` is its id before the deletion. If the process dies during the API
    request, the outcome stays "attempted".
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
