"""Try mail in the queue again, or give it up: each with its entry in the audit trail before the gateway is asked."""

from __future__ import annotations

from collections.abc import Callable

from api_client import ApiError
from api_client.models import QueuedCopy
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import close, record
from dashboard.backend import api_client_for_console


def copy_retry(copy_id: int, *, actor: Actor) -> QueuedCopy:
    """Have a copy tried now.

    :raises ApiError: it does not wait, or the gateway didn't answer; the trail says so.
    """
    queue = api_client_for_console().delivery_queue
    return _recorded(actor, AuditAction.QUEUE_RETRY, copy_id, queue.retry)


def copy_give_up(copy_id: int, *, actor: Actor) -> QueuedCopy:
    """Try a copy no more.

    :raises ApiError: it does not wait, or the gateway didn't answer; the trail says so.
    """
    queue = api_client_for_console().delivery_queue
    return _recorded(actor, AuditAction.QUEUE_GIVE_UP, copy_id, queue.give_up)


def _recorded(actor: Actor, action: AuditAction, copy_id: int, act: Callable[..., QueuedCopy]) -> QueuedCopy:
    entry = record(
        actor=actor, action=action, object_kind="queued mail", object_id=str(copy_id), outcome=Outcome.ATTEMPTED
    )
    try:
        copy = act(str(copy_id), by=actor.username)
    except ApiError as error:
        close(entry, Outcome.FAILED, detail={"error": type(error).__name__})
        raise
    detail = {"message": copy.message_id, "recipient": copy.recipient, "next_hop": copy.next_hop}
    close(entry, Outcome.DONE, detail=detail)
    return copy
