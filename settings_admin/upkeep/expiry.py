"""Let entries expire: work out when they are due, warn a week before, and retire what was warned of."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone

from api_client import ApiError, NotFound
from dashboard.audit.actor import SYSTEM
from dashboard.backend import api_client_for_background
from dashboard.leases import lease_end
from settings_admin.entries.api import Policies
from settings_admin.entries.services import EditConflict, Locked
from settings_admin.history.selectors import KIND_BY_RESOURCE
from settings_admin.kinds import Kind
from settings_admin.upkeep.counting import use_key
from settings_admin.upkeep.models import Term, TermState
from settings_admin.upkeep.retiring import entry_retire
from settings_admin.upkeep.terms import WARNED, terms
from settings_admin.upkeep.uses import Known, known_days, last_use

AT_ONCE: Final = 50
"""Entries that one run of the task retires. The next run goes on."""
AGAIN_AFTER: Final = timedelta(hours=1)
"""How long a refused expiry waits."""

logger = logging.getLogger(__name__)


def terms_keep() -> None:
    """Work out what is due, warn, and retire. Safe to run twice, and at the same time in two workers."""
    today = timezone.now().date()
    known: dict[str, Known] = {}
    for term in terms().filter(state=TermState.KEPT).exclude(ends_on=None, idle_days=None).iterator(chunk_size=500):
        kind = KIND_BY_RESOURCE[term.kind]
        if term.kind not in known:
            known[term.kind] = known_days(kind)
        _warn(term, _due(term, kind, known[term.kind], today), today)
    _end_gone()
    for term in _ripe(today)[:AT_ONCE]:
        _expire(term)


def _due(term: Term, kind: Kind, known: Known, today: date) -> date | None:
    """Return the day on which the entry expires: the earlier of its date and the end of its idleness.

    An entry is idle only if every day since its last use is known. Else idleness has no end yet.
    """
    if term.idle_days is None or known.since is None:
        return term.ends_on
    begun = term.set_at.date()
    last = last_use(kind, term.key, known.since)
    last_day = max(begun, last.date()) if last else begun
    if last_day < known.since and not known.covers(term.idle_days, today):
        return term.ends_on
    idle_until = last_day + timedelta(days=term.idle_days)
    return min(idle_until, term.ends_on) if term.ends_on else idle_until


def _warn(term: Term, due: date | None, today: date) -> None:
    """Save when the term is due, and whether it is warned of. The row may have been renewed meanwhile."""
    is_near = due is not None and due - WARNED <= today
    warned_at = (term.warned_at or timezone.now()) if is_near else None
    if (due, warned_at) != (term.due_on, term.warned_at):
        Term.objects.filter(pk=term.pk, state=TermState.KEPT, set_at=term.set_at).update(
            due_on=due, warned_at=warned_at
        )


def _end_gone() -> None:
    """End the terms of entries that are warned of and that somebody deleted meanwhile."""
    client = api_client_for_background()
    for term in terms().filter(state=TermState.KEPT).exclude(warned_at=None).order_by("due_on", "id")[:AT_ONCE]:
        try:
            Policies(KIND_BY_RESOURCE[term.kind], client).get(term.entry_id)
        except NotFound:
            Term.objects.filter(pk=term.pk, state=TermState.KEPT).update(state=TermState.ENDED)
        except ApiError as error:
            logger.info("the entries that expire are looked up later: %s", error)
            return


def _ripe(today: date) -> list[Term]:
    """Return the terms that are due and were warned of for a week, and those that a dead worker left."""
    now = timezone.now()
    is_due = Q(state=TermState.KEPT, due_on__lte=today, warned_at__lte=now - WARNED) & (
        Q(not_before=None) | Q(not_before__lte=now)
    )
    is_left = Q(state=TermState.ENDING, lease_until__lte=now)
    return list(terms().filter(is_due | is_left).order_by("due_on", "id")[: AT_ONCE + 1])


def _expire(term: Term) -> None:
    """Retire one entry. A worker that finds it claimed, renewed or due later leaves it alone.

    If the process dies after the claim, the lease ends and another worker goes on: it finds the entry gone or off, or
    retires it. So it happens once.
    """
    claimed = Term.objects.filter(
        pk=term.pk, state=term.state, set_at=term.set_at, due_on=term.due_on, lease_until=term.lease_until
    ).update(state=TermState.ENDING, lease_until=lease_end())
    if not claimed:
        return
    kind = KIND_BY_RESOURCE[term.kind]
    try:
        now = Policies(kind).get(term.entry_id)
        if use_key(kind, now.id, now.values) != term.key:
            _back(term, "The entry was changed since its expiry was set. Set it anew.", forever=True)
            return
        entry_retire(kind=kind, entry_id=term.entry_id, actor=SYSTEM, why=_why(term))
    except NotFound:
        pass
    except EditConflict:
        _back(term, "Somebody changed the entry at the same moment.")
        return
    except Locked as error:
        _back(term, str(error), forever=True)
        return
    except ApiError as error:
        logger.warning("an entry of %s did not expire: %s", term.kind, error)
        _back(term, error.reason)
        return
    Term.objects.filter(pk=term.pk, state=TermState.ENDING).update(state=TermState.ENDED, lease_until=None, error="")


def _back(term: Term, error: str, *, forever: bool = False) -> None:
    """Keep the entry, and say why it did not expire. With `forever`, it does not expire until its term is set anew."""
    changed = {"ends_on": None, "idle_days": None, "due_on": None, "warned_at": None} if forever else {}
    Term.objects.filter(pk=term.pk, state=TermState.ENDING).update(
        state=TermState.KEPT, lease_until=None, error=error[:1000], not_before=timezone.now() + AGAIN_AFTER, **changed
    )


def _why(term: Term) -> str:
    idle = f" after {term.idle_days} days without a use" if term.idle_days and term.due_on != term.ends_on else ""
    said = f" It was there because: {term.reason}" if term.reason else ""
    owner = f" of {term.owner_name}" if term.owner_name else ""
    return f"Expired{idle}, as its term{owner} said.{said}"[:1000]
