"""Access control inside views and services: `can` asks for a capability, `demand` refuses without it.

Which URL requires what is in `dashboard/rights/table.py`. Every refusal is recorded in the audit trail.
"""

from typing import NoReturn

from django.core.exceptions import PermissionDenied

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import actor_of
from dashboard.audit.services import record
from dashboard.capabilities import CAPABILITIES, Capability, Role, can, capabilities_of, role_of
from dashboard.requests import ConsoleRequest

__all__ = ["CAPABILITIES", "Capability", "Role", "can", "capabilities_of", "demand", "refuse", "role_of"]


def demand(request: ConsoleRequest, capability: Capability, *, object_kind: str, object_id: str) -> None:
    """Raise PermissionDenied if the user lacks the capability, and record it in the audit trail.

    Use this where a part of a view requires more than the view itself.
    """
    if not can(request.user, capability):
        refuse(request, capability, object_kind=object_kind, object_id=object_id)


def refuse(request: ConsoleRequest, capability: Capability, *, object_kind: str, object_id: str) -> NoReturn:
    """Record the refusal in the audit trail, then raise PermissionDenied."""
    record(
        actor=actor_of(request),
        action=AuditAction.REFUSED,
        object_kind=object_kind,
        object_id=object_id,
        outcome=Outcome.REFUSED,
        detail={"capability": capability.value, "method": request.method or "", "path": request.path},
    )
    raise PermissionDenied(f"Your role does not include “{capability.value.replace('_', ' ')}”.")
