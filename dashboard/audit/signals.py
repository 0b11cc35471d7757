"""Signal receivers that audit sign-ins, sign-outs and password changes, as reported by Django and allauth."""

from typing import Any

from allauth.account.signals import password_changed
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor, actor_of, client_address, user_agent_of
from dashboard.audit.services import record
from dashboard.capabilities import role_of


def _actor(request: HttpRequest | None, user: User) -> Actor:
    ip, agent = (client_address(request), user_agent_of(request)) if request else (None, "")
    return Actor(user.pk, user.get_username(), role_of(user) or "", ip, agent)


def _record_done(action: AuditAction, request: HttpRequest | None, user: User) -> None:
    actor, name = _actor(request, user), user.get_username()
    record(actor=actor, action=action, object_kind="person", object_id=name, outcome=Outcome.DONE)


@receiver(user_logged_in, dispatch_uid="audit_sign_in")
def record_sign_in(request: HttpRequest | None, user: User, **_signal: Any) -> None:
    """Record a sign-in. If it can't be recorded, the sign-in fails."""
    _record_done(AuditAction.SIGN_IN, request, user)


@receiver(user_logged_out, dispatch_uid="audit_sign_out")
def record_sign_out(request: HttpRequest | None, user: User | None, **_signal: Any) -> None:
    """Record a sign-out. Nothing is recorded if the session had already ended."""
    if user is None:
        return
    _record_done(AuditAction.SIGN_OUT, request, user)


@receiver(user_login_failed, dispatch_uid="audit_sign_in_failed")
def record_failed_sign_in(credentials: dict[str, Any], request: HttpRequest | None = None, **_signal: Any) -> None:
    """Record a failed sign-in with the username, without the password."""
    record(
        actor=actor_of(request) if request else Actor(None, "", "", None),
        action=AuditAction.SIGN_IN_FAILED,
        object_kind="person",
        object_id=str(credentials.get("username", "")),
        outcome=Outcome.REFUSED,
    )


@receiver(password_changed, dispatch_uid="audit_password_change")
def record_password_change(request: HttpRequest, user: User, **_signal: Any) -> None:
    """Record a password change."""
    _record_done(AuditAction.PASSWORD_CHANGE, request, user)
