"""Invite, activate and deactivate users, change their roles, and end their sessions.

The last active admin can't be removed.
"""

from __future__ import annotations

from django.contrib.auth.models import Group, User
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from dashboard.account_links.models import AccountLink
from dashboard.account_links.services import link_account
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.detail import changes_of
from dashboard.audit.services import record
from dashboard.capabilities import Role, role_of
from dashboard.people.sessions import sessions_end


class LastAdmin(Exception):
    """Raised if no active admin would remain."""


class NotYourself(Exception):
    """Raised if a user tries to deactivate themselves."""


@transaction.atomic
def person_invite(*, username: str, role: Role, actor: Actor) -> User:
    """Create a user without a password. They choose one at the path that `welcome_path` returns.

    Whoever makes an account could choose it as well, so both count as one person in approvals (`account_links`).
    """
    user = User.objects.create(username=username)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    _set_group(user, role)
    link_account(user=user, maker_id=actor.user_id, how=AccountLink.How.INVITED)
    _audit(actor, AuditAction.PERSON_CREATE, user, role=role.value, invited=True)
    return user


def welcome_path(user: User) -> str:
    """Return the path at which a user chooses a password. It is valid once, for three days."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("team:welcome", args=[uid, default_token_generator.make_token(user)])


@transaction.atomic
def person_renew(*, user: User, actor: Actor) -> None:
    """Remove a user's password and end their sessions, so that they must choose a new one."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    sessions_end(user)
    link_account(user=user, maker_id=actor.user_id, how=AccountLink.How.RENEWED)
    _audit(actor, AuditAction.PERSON_RENEW, user)


@transaction.atomic
def person_role(*, user: User, role: Role, actor: Actor) -> None:
    """Change a user's role. It applies from their next request on. Raise LastAdmin if no admin would remain."""
    before = role_of(user)
    if role is not Role.ADMIN:
        _keep_an_admin(user)
    _set_group(user, role)
    changed = changes_of({"role": before.value if before else ""}, {"role": role.value})
    _audit(actor, AuditAction.PERSON_ROLE, user, **changed)


@transaction.atomic
def person_deactivate(*, user: User, actor: Actor) -> None:
    """Deactivate a user and end their sessions. Their past actions keep their name.

    Raise LastAdmin if no admin would remain, and NotYourself if the actor is the user.
    """
    if user.pk == actor.user_id:
        raise NotYourself
    _keep_an_admin(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    sessions_end(user)
    _audit(actor, AuditAction.PERSON_DEACTIVATE, user, **changes_of({"active": True}, {"active": False}))


@transaction.atomic
def person_activate(*, user: User, actor: Actor) -> None:
    """Activate a user again, with the role they had."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    _audit(actor, AuditAction.PERSON_ACTIVATE, user, **changes_of({"active": False}, {"active": True}))


@transaction.atomic
def person_sign_out(*, user: User, actor: Actor) -> int:
    """End all sessions of a user and return their number."""
    ended = sessions_end(user)
    _audit(actor, AuditAction.PERSON_SIGN_OUT, user, sessions=ended)
    return ended


def _set_group(user: User, role: Role) -> None:
    group, _ = Group.objects.get_or_create(name=role.value)
    user.groups.set([group])


def _keep_an_admin(leaving: User) -> None:
    """Raise LastAdmin if the user is the only active admin.

    The row locks serialize two admins who demote each other at the same time.
    """
    everybody = list(User.objects.select_for_update().filter(is_active=True).order_by("pk"))
    if role_of(leaving) is not Role.ADMIN:
        return
    if not any(role_of(user) is Role.ADMIN for user in everybody if user.pk != leaving.pk):
        raise LastAdmin


def _audit(actor: Actor, action: AuditAction, user: User, **detail: object) -> None:
    record(
        actor=actor,
        action=action,
        object_kind="person",
        object_id=user.get_username(),
        outcome=Outcome.DONE,
        detail=detail,
    )
