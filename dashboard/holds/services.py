"""Set and lift legal holds, each with its entry in the audit trail before the gateway is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from api_client import ApiError
from api_client.models import HoldRequest, LegalHold
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import close, record
from dashboard.backend import api_client_for_console


def hold_set(*, actor: Actor, what: Mapping[str, Any]) -> LegalHold:
    """Set a hold. `what` are the fields of HoldRequest.

    :raises ApiError: the gateway refused it or didn't answer; the trail says so.
    """
    request = HoldRequest(**what, set_by=actor.username)
    told = {
        name: value if isinstance(value, str | list) else str(value)
        for name, value in request.model_dump(mode="json", exclude_none=True, exclude={"set_by"}).items()
        if value
    }
    return _recorded(actor, AuditAction.HOLD_SET, "", told, lambda: api_client_for_console().holds.create(request))


def hold_lift(*, actor: Actor, hold_id: str) -> LegalHold:
    """Lift a hold.

    :raises ApiError: there is no such hold, or the gateway didn't answer; the trail says so.
    """
    by = actor.username
    return _recorded(
        actor, AuditAction.HOLD_LIFT, hold_id, {}, lambda: api_client_for_console().holds.lift(hold_id, by=by)
    )


def _recorded(
    actor: Actor, action: AuditAction, hold_id: str, detail: Mapping[str, Any], act: Callable[[], LegalHold]
) -> LegalHold:
    entry = record(
        actor=actor,
        action=action,
        object_kind="hold",
        object_id=hold_id,
        outcome=Outcome.ATTEMPTED,
        detail=detail,
    )
    try:
        made = act()
    except ApiError as error:
        close(entry, Outcome.FAILED, detail={"error": type(error).__name__})
        raise
    close(entry, Outcome.DONE, detail={"hold": made.id, "name": made.name})
    return made
