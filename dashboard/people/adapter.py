"""Account adapter for allauth: sign-up is closed, passwords are guessed slowly, and mail goes out only where it can."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor, actor_of, client_address
from dashboard.audit.services import record
from dashboard.people.known_addresses import is_known_address
from dashboard.people.lockout import Attempt, LockOut, Turn, network_of
from dashboard.people.single_sign_on.adapter import came_by_single_sign_on

# Where the attempt under way is kept, between the count and what came of it.
_TURN = "gatehouse.sign_in_turn"


class ConsoleAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Adapter with closed sign-up and a lock-out of its own, without the messages that confirm sign-in and sign-out."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Return False: users are created by an admin."""
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Show allauth's messages, except those for sign-in and sign-out, which the page makes obvious."""
        if message_template in {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}:
            return
        super().add_message(request, level, message_template, *args, **kwargs)

    def pre_login(self, request: HttpRequest, user: User, **about: Any) -> HttpResponse | None:
        """Let nobody in but by single sign-on, if a setting says so. Passkeys and passwords come this way."""
        if settings.GATEHOUSE_OIDC_ONLY and "sociallogin" not in (about.get("signal_kwargs") or {}):
            return render(request, "account/only_single_sign_on.html", status=403)
        response: HttpResponse | None = super().pre_login(request, user, **about)
        return response

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return the person whose password this is, or None. The attempt is counted unless it is right."""
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            _turn_of(request).take_back()
        return user

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt, and refuse to look at a password while it is locked out.

        Refusals are audited, a flood in few rows.
        """
        turn = attempt_of(request, credentials).begin()
        request.META[_TURN] = turn
        locked = turn.refused
        if locked is None:
            return
        if locked.is_reported:
            _record(request, credentials, AuditAction.LOCKED_OUT_ATTEMPT, locked)
        raise forms.ValidationError(locked.message, code="locked_out")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record the lock-out that the failure has started. Django's signal recorded the failure itself."""
        if locked := _turn_of(request).started:
            _record(request, credentials, AuditAction.LOCKED_OUT, locked)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Send the link to choose a new password, and record that it was asked for."""
        if not settings.GATEHOUSE_SENDS_MAIL or came_by_single_sign_on(user):
            return
        actor = actor_of(self.request)
        record(
            actor=actor,
            action=AuditAction.PASSWORD_RESET_ASKED,
            object_kind="person",
            object_id=user.get_username(),
            outcome=Outcome.DONE,
        )
        super().send_password_reset_mail(user, email, context)

    def _rollback_login_failed_rl_usage(self) -> None:
        """Do nothing: allauth's own limit is not used."""


def _turn_of(request: HttpRequest) -> Turn:
    turn: Turn = request.META[_TURN]
    return turn


def attempt_of(request: HttpRequest, credentials: dict[str, Any]) -> Attempt:
    """Return who tries to sign in from where."""
    account = str(credentials.get("username") or credentials.get("email") or "")
    network = network_of(client_address(request))
    return Attempt(account, network, is_known=is_known_address(account, network))


def _record(request: HttpRequest, credentials: dict[str, Any], action: AuditAction, locked: LockOut) -> None:
    detail: dict[str, Any] = {"by": locked.scope, "seconds": locked.seconds}
    if locked.refused:
        detail["attempts"] = locked.refused
    record(
        actor=Actor(None, "", "", client_address(request)),
        action=action,
        object_kind="person",
        object_id=str(credentials.get("username", "")),
        outcome=Outcome.REFUSED,
        detail=detail,
    )
