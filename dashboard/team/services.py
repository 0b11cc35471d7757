"""Changing who is in the team. There is always an admin left."""

from __future__ import annotations

from django.contrib.auth.models import Group, User
from django.contrib.auth.tokens import default_token_generator
from django.contrib.sessions.models import Session
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.capabilities import Role, role_of
from dashboard.team.selectors import open_sessions


class LastAdmin(Exception):
    """Nobody would be left who can let others in."""


class NotYourself(Exception):
    """Somebody tried to shut themselves out."""


@transaction.atomic
def person_invite(*, username: str, role: Role, actor: Actor) -> User:
    """Make a person who has no password yet; `welcome_path` leads to where they choose one."""
    user = User.objects.create(username=username)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    _set_group(user, role)
    _audit(actor, AuditAction.PERSON_CREATE, user, role=role.value, invited=True)
    return user


def welcome_path(user: User) -> str:
    """Return the address at which a person chooses a password: good once, and for three days."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("team:welcome", args=[uid, default_token_generator.make_token(user)])


@transaction.atomic
def person_renew(*, user: User, actor: Actor) -> None:
    """Take a person's password away, and end what they have open, so that they choose a new one."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    _end_sessions(user)
    _audit(actor, AuditAction.PERSON_RENEW, user)


@transaction.atomic
def person_role(*, user: User, role: Role, actor: Actor) -> None:
    """Give a person another role, from their next request on. Raises LastAdmin."""
    before = role_of(user)
    if role is not Role.ADMIN:
        _keep_an_admin(user)
    _set_group(user, role)
    _audit(actor, AuditAction.PERSON_ROLE, user, before=before.value if before else "", role=role.value)


@transaction.atomic
def person_deactivate(*, user: User, actor: Actor) -> None:
    """Shut a person out at once; what they did stays theirs. Raises LastAdmin and NotYourself."""
    if user.pk == actor.user_id:
        raise NotYourself
    _keep_an_admin(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    _end_sessions(user)
    _audit(actor, AuditAction.PERSON_DEACTIVATE, user)


@transaction.atomic
def person_activate(*, user: User, actor: Actor) -> None:
    """Let a person in again, in the role that they had."""
    user.is_active = True
    user.save(update_fields=["is_active"])
    _audit(actor, AuditAction.PERSON_ACTIVATE, user)


@transaction.atomic
def person_sign_out(*, user: User, actor: Actor) -> int:
    """End all sessions of a person, and return how many there were."""
    ended = _end_sessions(user)
    _audit(actor, AuditAction.PERSON_SIGN_OUT, user, sessions=ended)
    return ended


def _end_sessions(user: User) -> int:
    keys = [key for person, key in open_sessions() if person == user.pk]
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)


def _set_group(user: User, role: Role) -> None:
    group, _ = Group.objects.get_or_create(name=role.value)
    user.groups.set([group])


def _keep_an_admin(leaving: User) -> None:
    """Make sure that an admin is left besides this one; two who demote each other at once come one after the other."""
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
