"""Write changes to the policies' change history and to the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.detail import changes_of
from dashboard.audit.models import AuditEntry
from dashboard.audit.services import close, record
from dashboard.backend import backend_account_id, backend_fingerprint
from settings_admin.history.models import Change, ChangeAction
from settings_admin.kinds import Kind

_AUDITED = {
    ChangeAction.CREATE: AuditAction.POLICY_CREATE,
    ChangeAction.EDIT: AuditAction.POLICY_EDIT,
    ChangeAction.DELETE: AuditAction.POLICY_DELETE,
    ChangeAction.RESTORE: AuditAction.POLICY_RESTORE,
}


@dataclass(frozen=True, slots=True)
class PendingChange:
    """A change in progress: its row in the change history and its row in the audit trail."""

    change: Change
    audit: AuditEntry

    def end(self, outcome: Outcome, *, entry_id: str = "", after: Mapping[str, Any] | None = None) -> None:
        """Set the outcome in both rows, in one transaction."""
        self.change.outcome = outcome
        if entry_id:
            self.change.entry_id = entry_id
        if after is not None:
            self.change.after = dict(after)
        with transaction.atomic():
            self.change.save(update_fields=["outcome", "entry_id", "after"])
            close(self.audit, outcome, detail={"id": self.change.entry_id} if self.change.entry_id else None)


@transaction.atomic
def change_begin(
    *,
    actor: Actor,
    kind: Kind,
    action: ChangeAction,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    entry_id: str = "",
    former_id: str = "",
    why: str = "",
) -> PendingChange:
    """Record a change as attempted, in history and audit trail. Call it before the API request.

    If the process dies during the request, both rows still show the attempt.
    """
    name = kind.name_of(after or before or {})
    change = Change.objects.create(
        user_id=actor.user_id,
        username=actor.username,
        role=actor.role,
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        kind=kind.resource,
        entry_id=entry_id,
        former_id=former_id,
        name=name[:1024],
        action=action,
        before=None if before is None else dict(before),
        after=None if after is None else dict(after),
        why=why,
        outcome=Outcome.ATTEMPTED,
    )
    detail: dict[str, Any] = {"id": entry_id} if entry_id else {}
    if why:
        detail["why"] = why
    fields = {field.name for field in kind.fields}
    sides = [None if side is None else {name: side.get(name) for name in fields} for side in (before, after)]
    detail |= changes_of(*sides)
    audit = record(
        actor=actor,
        action=_AUDITED[action],
        object_kind=kind.noun,
        object_id=name,
        outcome=Outcome.ATTEMPTED,
        detail=detail,
    )
    return PendingChange(change, audit)
