"""Model of the audit trail. It is append-only, except that an attempted entry gets its outcome once."""

from typing import Any

from django.conf import settings
from django.db import models

from dashboard.audit.actions import AuditAction, Outcome


class AuditEntry(models.Model):
    """One action that somebody carried out, attempted, or was refused.

    `username`, `role` and `ip` are those at the time of the action. `account_id` and `backend` (its fingerprint)
    identify the backend of an API object, since the same id can exist on two backends.
    """

    at = models.DateTimeField(auto_now_add=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="audit_entries"
    )
    username = models.CharField(max_length=150, blank=True)
    role = models.CharField(max_length=20, blank=True)
    ip = models.GenericIPAddressField(null=True, blank=True)
    action = models.CharField(max_length=40)
    object_kind = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=255, blank=True)
    account_id = models.CharField(max_length=64, blank=True)
    backend = models.CharField(max_length=32, blank=True)
    outcome = models.CharField(max_length=12, choices=[(outcome.value, outcome.value) for outcome in Outcome])
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["object_kind", "object_id", "-id"], name="audit_by_object"),
            models.Index(fields=["action", "-id"], name="audit_by_action"),
            models.Index(fields=["username", "-id"], name="audit_by_person"),
            models.Index(fields=["at"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.username or 'Gatehouse'}: {self.action} {self.object_kind} {self.object_id} ({self.outcome})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert the entry. Raise TypeError for an existing entry."""
        if not self._state.adding:
            raise TypeError("An audit entry is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raise TypeError: audit entries are never deleted."""
        raise TypeError("An audit entry is never deleted.")

    @property
    def action_label(self) -> str:
        """The label of the action. A code that this version does not know is shown with spaces for underscores."""
        try:
            return AuditAction(self.action).label
        except ValueError:
            return self.action.replace("_", " ").capitalize()
