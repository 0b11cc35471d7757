"""Write entries of the audit trail."""

from collections.abc import Mapping
from typing import Any

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.models import AuditEntry
from dashboard.backend import backend_account_id, backend_fingerprint


def record(
    *,
    actor: Actor,
    action: AuditAction | str,
    outcome: Outcome,
    object_kind: str = "",
    object_id: str = "",
    detail: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Add an entry and return it. If it can't be written, the database error propagates, so the action fails too."""
    return AuditEntry.objects.create(
        user_id=actor.user_id,
        username=actor.username[:150],
        role=actor.role,
        ip=actor.ip,
        action=str(action),
        object_kind=object_kind,
        object_id=object_id[:255],
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        outcome=outcome,
        detail=dict(detail or {}),
    )


def close(entry: AuditEntry, outcome: Outcome, *, detail: Mapping[str, Any] | None = None) -> None:
    """Set the outcome of an attempted entry. An entry that already has an outcome is not changed."""
    changes: dict[str, Any] = {"outcome": outcome}
    if detail:
        changes["detail"] = {**entry.detail, **detail}
    AuditEntry.objects.filter(pk=entry.pk, outcome=Outcome.ATTEMPTED).update(**changes)
