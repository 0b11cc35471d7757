"""Give the role that the provider's groups give, at each sign-in, and take it away when there is none any more."""

from __future__ import annotations

from django.contrib.auth.models import Group, User
from django.db import transaction

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import SYSTEM, Actor
from dashboard.audit.services import record
from dashboard.capabilities import Role
from dashboard.people.sessions import sessions_end


@transaction.atomic
def role_give(*, user: User, role: Role, is_new: bool) -> None:
    """Set the user's role, and record it if it is another one than before."""
    before = sorted(user.groups.values_list("name", flat=True))
    if before == [role.value]:
        return
    group, _ = Group.objects.get_or_create(name=role.value)
    user.groups.set([group])
    detail = {"before": ", ".join(before), "role": role.value, "by": "single sign-on"}
    _record(AuditAction.PERSON_CREATE if is_new else AuditAction.PERSON_ROLE, user.get_username(), detail)


@transaction.atomic
def roles_take_away(*, user: User) -> None:
    """Take all roles from the user and end their sessions, because none of their groups gives a role any more."""
    before = sorted(user.groups.values_list("name", flat=True))
    user.groups.clear()
    sessions_end(user)
    if before:
        detail = {"before": ", ".join(before), "role": "", "by": "single sign-on"}
        _record(AuditAction.PERSON_ROLE, user.get_username(), detail)


def refusal_record(*, subject: str, ip: str | None, detail: dict[str, str]) -> None:
    """Record that somebody was refused who came by single sign-on."""
    record(
        actor=Actor(None, "", "", ip),
        action=AuditAction.SSO_REFUSED,
        object_kind="person",
        object_id=subject,
        outcome=Outcome.REFUSED,
        detail=detail,
    )


def _record(action: AuditAction, username: str, detail: dict[str, str]) -> None:
    record(actor=SYSTEM, action=action, object_kind="person", object_id=username, outcome=Outcome.DONE, detail=detail)
