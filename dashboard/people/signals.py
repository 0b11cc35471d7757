"""Signal receivers of sign-ins: where a session comes from, known addresses, forgotten failures, passwords chosen."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor, client_address
from dashboard.audit.services import record
from dashboard.capabilities import role_of
from dashboard.people.first_passwords import DUE, has_first_password, password_chosen
from dashboard.people.known_addresses import address_remember
from dashboard.people.lockout import Attempt, network_of
from dashboard.people.session_store import ORIGIN
from dashboard.people.sessions import sessions_end


@receiver(user_logged_in, dispatch_uid="remember_origin")
def remember_origin(request: HttpRequest | None, user: User, **_signal: Any) -> None:
    """Write down where the session comes from, remember the address, and forget the failures from there."""
    if request is None:
        return
    address = client_address(request)
    request.session[ORIGIN] = {"ip": address, "program": request.META.get("HTTP_USER_AGENT", "")[:200]}
    if has_first_password(user):
        request.session[DUE] = True
    network = network_of(address)
    address_remember(user, network)
    Attempt(user.get_username(), network, is_known=True).succeeded()


@receiver([password_changed, password_set], dispatch_uid="own_password_chosen")
def own_password_chosen(user: User, **_signal: Any) -> None:
    """A first password is no longer due to be changed."""
    password_chosen(user)


@receiver(password_reset, dispatch_uid="record_password_reset")
def record_password_reset(request: HttpRequest, user: User, **_signal: Any) -> None:
    """Record that a password was set by the link in a mail, and end the sessions that the old one opened."""
    password_chosen(user)
    ended = sessions_end(user)
    record(
        actor=Actor(user.pk, user.get_username(), role_of(user) or "", client_address(request)),
        action=AuditAction.PASSWORD_RESET,
        object_kind="person",
        object_id=user.get_username(),
        outcome=Outcome.DONE,
        detail={"sessions": ended},
    )
