"""Signal receivers that audit what people do with their second factors."""

from typing import Any

from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_removed
from django.contrib.auth.models import User
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor, client_address
from dashboard.audit.services import record
from dashboard.capabilities import role_of

_KINDS = {
    Authenticator.Type.TOTP: "app",
    Authenticator.Type.WEBAUTHN: "key",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}


def _record(action: AuditAction, outcome: Outcome, request: HttpRequest | None, user: User, kind: str) -> None:
    record(
        actor=Actor(user.pk, user.get_username(), role_of(user) or "", client_address(request) if request else None),
        action=action,
        object_kind="person",
        object_id=user.get_username(),
        outcome=outcome,
        detail={"kind": _KINDS.get(Authenticator.Type(kind), kind)},
    )


@receiver(post_save, sender=Authenticator, dispatch_uid="record_factor_added")
def record_added(instance: Authenticator, created: bool, raw: bool, **_signal: Any) -> None:
    """Record that somebody has set up a second factor, or made new recovery codes.

    allauth's own signal comes after the commit: a factor would be there whose entry could not be written.
    """
    if created and not raw:
        _record(AuditAction.SECOND_FACTOR_ADD, Outcome.DONE, context.request, instance.user, instance.type)


@receiver(authenticator_removed, dispatch_uid="record_factor_removed")
def record_removed(request: HttpRequest, user: User, authenticator: Authenticator, **_signal: Any) -> None:
    """Record that somebody has taken a second factor of their own away."""
    _record(AuditAction.SECOND_FACTOR_REMOVE, Outcome.DONE, request, user, authenticator.type)


@receiver(authentication_failed, dispatch_uid="record_factor_failed")
def record_failed(request: HttpRequest, user: User, authenticator: Authenticator, **_signal: Any) -> None:
    """Record a wrong code after a right password: somebody else may know the password."""
    _record(AuditAction.SECOND_FACTOR_FAILED, Outcome.REFUSED, request, user, authenticator.type)
