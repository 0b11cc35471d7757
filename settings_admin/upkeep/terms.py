"""Set and renew the terms of entries, and tell whose an entry is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.backend import backend_account_id, backend_fingerprint
from settings_admin.entries.entry import Entry
from settings_admin.history.models import ChangeAction
from settings_admin.history.selectors import changes_of_backend
from settings_admin.kinds import Kind
from settings_admin.upkeep.counting import use_key
from settings_admin.upkeep.models import Term, TermState

WARNED: Final = timedelta(days=7)
"""How long before it expires an entry is warned of."""
RENEWED_FOR: Final = 90
"""Days by which a renewal puts a date off, counted from today."""
_OF_CREATION: Final = (ChangeAction.CREATE, ChangeAction.RESTORE)


class TermBusy(Exception):
    """Raised if the entry is expiring at this moment."""


def terms() -> Any:
    """Return the terms on the backend that the console is connected to."""
    return Term.objects.filter(account_id=backend_account_id(), backend=backend_fingerprint())


def terms_of(kind: Kind, ids: Iterable[str]) -> dict[str, Term]:
    """Return the terms of entries of a kind, by the entries' ids."""
    return {term.entry_id: term for term in terms().filter(kind=kind.resource, entry_id__in=list(ids))}


def makers_of(kind: Kind, ids: Iterable[str]) -> dict[str, str]:
    """Return who made each entry, as far as the history tells, by the entries' ids."""
    rows = changes_of_backend().filter(
        kind=kind.resource, entry_id__in=list(ids), action__in=_OF_CREATION, outcome=Outcome.DONE
    )
    return dict(rows.order_by("id").values_list("entry_id", "username"))


@transaction.atomic
def term_set(
    *,
    entry: Entry,
    owner: User | None,
    reason: str,
    ends_on: date | None,
    idle_days: int | None,
    actor: Actor,
) -> Term:
    """Set owner, reason and expiry of an entry. Raise TermBusy if it is expiring at this moment.

    A warning that began for an earlier date is taken back.
    """
    mine = {"account_id": backend_account_id(), "backend": backend_fingerprint()}
    which = {"kind": entry.kind.resource, "entry_id": entry.id}
    term = Term.objects.select_for_update().filter(**mine, **which).first() or Term(**mine, **which)
    if term.state == TermState.ENDING:
        raise TermBusy
    term.key, term.name = use_key(entry.kind, entry.id, entry.values), entry.name[:1024]
    term.owner, term.owner_name = owner, owner.get_username() if owner else ""
    term.reason, term.ends_on, term.idle_days = reason, ends_on, idle_days
    _begin(term)
    term.save()
    _recorded(term, actor, entry.kind.noun)
    return term


@transaction.atomic
def term_renew(*, term_id: int, kind: Kind, actor: Actor) -> Term:
    """Put an entry's expiry off: a date to RENEWED_FOR days from today, and idleness begins anew.

    Raise TermBusy if it is expiring at this moment, or has expired.
    """
    term: Term = terms().select_for_update().get(pk=term_id)
    if term.state != TermState.KEPT or not term.expires:
        raise TermBusy
    if term.ends_on is not None:
        term.ends_on = max(term.ends_on, timezone.now().date() + timedelta(days=RENEWED_FOR))
    _begin(term)
    term.save()
    _recorded(term, actor, kind.noun)
    return term


def _begin(term: Term) -> None:
    term.state, term.set_at, term.due_on = TermState.KEPT, timezone.now(), term.ends_on
    term.lease_until = term.not_before = None
    is_near = term.ends_on is not None and term.ends_on - WARNED <= term.set_at.date()
    term.warned_at = term.set_at if is_near else None
    term.error = ""


def _recorded(term: Term, actor: Actor, noun: str) -> None:
    record(
        actor=actor,
        action=AuditAction.POLICY_TERM,
        object_kind=noun,
        object_id=term.name,
        outcome=Outcome.DONE,
        detail={
            "id": term.entry_id,
            "owner": term.owner_name,
            "why": term.reason,
            "expires on": term.ends_on.isoformat() if term.ends_on else "",
            "expires after idle days": term.idle_days or 0,
        },
    )
