"""Model of the audit trail. It is append-only: triggers of the database refuse changes, and a hash chain shows them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.detail import changed_fields, single_facts


class AuditEntry(models.Model):
    """One action that somebody carried out, attempted, or was refused.

    `username`, `role` and `ip` are those at the time of the action. `account_id` and `backend` (its fingerprint)
    identify the backend of an API object, since the same id can exist on two backends.

    The result of an attempt is an entry of its own, which `follows` the attempt. `salt` and `digests` prove personal
    values that were erased; `position`, `hash` and `mac` are the entry's place in the chain, empty until it is sealed.
    """

    at = models.DateTimeField(default=timezone.now)
    # The entry outlives the account, and an update to NULL would be a change. So the id may lead to nobody.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="audit_entries",
    )
    username = models.CharField(max_length=150, blank=True)
    role = models.CharField(max_length=20, blank=True)
    ip = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=40)
    object_kind = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=255, blank=True)
    account_id = models.CharField(max_length=64, blank=True)
    backend = models.CharField(max_length=32, blank=True)
    outcome = models.CharField(max_length=12, choices=[(outcome.value, outcome.value) for outcome in Outcome])
    detail = models.JSONField(default=dict, blank=True)
    follows = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="result"
    )
    salt = models.CharField(max_length=32, blank=True)
    digests = models.JSONField(default=dict, blank=True)
    position = models.BigIntegerField(null=True, blank=True, unique=True)
    hash = models.CharField(max_length=64, blank=True)
    mac = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["object_kind", "object_id", "-id"], name="audit_by_object"),
            models.Index(fields=["action", "-id"], name="audit_by_action"),
            models.Index(fields=["username", "-id"], name="audit_by_person"),
            models.Index(fields=["at"], name="audit_by_time"),
            models.Index(fields=["request_id"], name="audit_by_request"),
            models.Index(fields=["id"], name="audit_unsealed", condition=models.Q(position=None)),
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

    @property
    def final_outcome(self) -> str:
        """The outcome of the action: that of the entry's result, if it has one."""
        found = self._result
        return found.outcome if found else self.outcome

    @property
    def final_detail(self) -> dict[str, Any]:
        """The detail of the entry with what its result adds."""
        found = self._result
        return {**self.detail, **found.detail} if found else self.detail

    @property
    def told(self) -> list[tuple[str, str]]:
        """The detail in words: its facts, and each changed field as what was before and after."""
        detail = self.final_detail
        changes = [
            (name, str(after) if before is None else f"{before} → {'nothing' if after is None else after}")
            for name, before, after in changed_fields(detail)
        ]
        return [*changes, *((name, str(value)) for name, value in single_facts(detail))]

    @property
    def has_result(self) -> bool:
        """Whether the entry is an attempt whose result is known."""
        return self._result is not None

    @property
    def _result(self) -> "AuditEntry | None":
        # An entry that never was an attempt has no result, so nothing is asked of the database.
        return getattr(self, "result", None) if self.outcome == Outcome.ATTEMPTED else None
