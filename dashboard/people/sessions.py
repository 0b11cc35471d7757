"""Queries and services for the open sessions of people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Count, QuerySet
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.people.models import PersonSession
from dashboard.people.session_store import digest_of, oldest_use

MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class OpenSession:
    """An open session as its person sees it. `is_this` marks the one that asks."""

    id: int
    ip: str | None
    program: str
    created_at: datetime
    last_used_at: datetime
    is_this: bool


def _open() -> QuerySet[PersonSession]:
    return PersonSession.objects.filter(expires_at__gt=timezone.now(), last_used_at__gt=oldest_use())


def sessions_of(user: User, *, this_key: str | None) -> list[OpenSession]:
    """Return the open sessions of a user, the last used first, at most MOST_LISTED."""
    this = digest_of(this_key) if this_key else ""
    return [
        OpenSession(row.pk, row.ip, row.program, row.created_at, row.last_used_at, row.key_digest == this)
        for row in _open().filter(user=user).order_by("-last_used_at")[:MOST_LISTED]
    ]


def session_counts() -> dict[int, int]:
    """Return the number of open sessions by user id."""
    counts = _open().exclude(user=None).order_by().values_list("user_id").annotate(Count("id"))
    return {user_id: count for user_id, count in counts if user_id is not None}


def sessions_end(user: User, *, but_key: str | None = None) -> int:
    """End the sessions of a user, but for the one with the key, and return their number."""
    found = PersonSession.objects.filter(user=user)
    if but_key:
        found = found.exclude(key_digest=digest_of(but_key))
    return found.delete()[0]


def own_session_end(*, actor: Actor, user: User, session_id: int) -> bool:
    """End one of the user's own sessions. Return whether it was open."""
    ended = PersonSession.objects.filter(user=user, pk=session_id).delete()[0]
    if ended:
        _audit(actor, user, ended)
    return bool(ended)


def own_sessions_end(*, actor: Actor, user: User, but_key: str | None) -> int:
    """End all of the user's own sessions but the one with the key, and return their number."""
    ended = sessions_end(user, but_key=but_key)
    _audit(actor, user, ended)
    return ended


def _audit(actor: Actor, user: User, ended: int) -> None:
    record(
        actor=actor,
        action=AuditAction.SESSION_END,
        object_kind="person",
        object_id=user.get_username(),
        outcome=Outcome.DONE,
        detail={"sessions": ended},
    )
