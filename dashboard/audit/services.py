"""Write entries of the audit trail."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.chain.canonical import digests_of, row_key
from dashboard.audit.chain.rows import chain_key, row_of
from dashboard.audit.chain.sealing import DATABASE, seal_soon
from dashboard.audit.detail import detail_of
from dashboard.audit.models import AuditEntry
from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.request_ids import current_request_id

LOOK_WINDOW = timedelta(minutes=10)
"""Within this time, the same look by the same actor from the same address and program is one entry."""


def record(
    *,
    actor: Actor,
    action: AuditAction | str,
    outcome: Outcome,
    object_kind: str = "",
    object_id: str = "",
    detail: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Add an entry and return it. If it can't be written, the database error propagates, so the action fails too.

    The id of the request under way is added. See `dashboard/audit/detail.py` for the shape of `detail`.
    """
    return _append(
        AuditEntry(
            user_id=actor.user_id,
            username=actor.username[:150],
            role=actor.role,
            ip=actor.ip,
            user_agent=actor.user_agent[:200],
            action=str(action),
            object_kind=object_kind,
            object_id=object_id[:255].replace("\0", ""),
            account_id=backend_account_id(),
            backend=backend_fingerprint(),
            outcome=outcome,
            detail=detail_of(detail),
        )
    )


def record_look(
    *,
    actor: Actor,
    action: AuditAction,
    object_kind: str,
    object_id: str,
    outcome: Outcome = Outcome.DONE,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add an entry for a look at content or a search, unless the same one was recorded within LOOK_WINDOW.

    The same is: actor, address, program, action, object, outcome and detail. So a page that asks again and again leaves
    one entry in each window, and another person, address, tab or failure leaves its own. Call it before the content is
    shown: if the entry can't be written, the database error propagates and nothing is shown.
    """
    told = detail_of(detail)
    # Without an account, `user_id` has no value to be compared; name, address and program tell who it was.
    mine = {"user_id": actor.user_id} if actor.user_id is not None else {"user_id__isnull": True}
    recent = AuditEntry.objects.filter(
        **mine,
        object_kind=object_kind,
        object_id=object_id[:255].replace("\0", ""),
        action=str(action),
        at__gte=timezone.now() - LOOK_WINDOW,
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        username=actor.username[:150],
        ip=actor.ip,
        user_agent=actor.user_agent[:200],
        outcome=outcome,
    )
    if any(known == told for known in recent.order_by("-id").values_list("detail", flat=True)[:20]):
        return
    record(actor=actor, action=action, outcome=outcome, object_kind=object_kind, object_id=object_id, detail=detail)


def close(entry: AuditEntry, outcome: Outcome, *, detail: Mapping[str, Any] | None = None) -> None:
    """Add the result of an attempted entry, as an entry that follows it. An entry gets one result, the first."""
    if entry.outcome != Outcome.ATTEMPTED or AuditEntry.objects.filter(follows=entry.pk).exists():
        return
    same = (
        *("user_id", "username", "role", "ip", "user_agent", "action", "object_kind", "object_id"),
        *("account_id", "backend"),
    )
    _append(
        AuditEntry(
            follows_id=entry.pk,
            outcome=outcome,
            detail=detail_of(detail),
            **{name: getattr(entry, name) for name in same},
        )
    )


def _append(entry: AuditEntry) -> AuditEntry:
    """Write an entry with the digests of its values, and have it sealed."""
    entry.at = timezone.now()
    entry.request_id = current_request_id()
    entry.salt = secrets.token_hex(16)
    entry.digests = digests_of(row_of(entry), row_key(chain_key(), entry.salt))
    with transaction.atomic(using=DATABASE):
        entry.save(force_insert=True)
        seal_soon()
    return entry
