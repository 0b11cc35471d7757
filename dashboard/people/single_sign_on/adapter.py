"""Adapter for allauth's social accounts: a role by groups at each sign-in, and nobody is linked to another account."""

from __future__ import annotations

import logging
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.shortcuts import redirect, render

from dashboard.audit.actor import client_address
from dashboard.people.single_sign_on.groups import groups_of, role_of_groups
from dashboard.people.single_sign_on.services import refusal_record, role_give, roles_take_away

logger = logging.getLogger(__name__)


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Adapter that lets in whoever is in a mapped group, with that role, and shows a page to everybody else.

    A person is known by the provider's subject alone. An account of the same name or address is never taken over: the
    provider's word about an address doesn't prove that it is the same person.
    """

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Give the role, or raise ImmediateHttpResponse with the page that says why there is none."""
        if sociallogin.state.get("process") not in (None, "login"):
            # allauth could also connect the provider's account with the session's, without its password.
            raise ImmediateHttpResponse(redirect("people:account"))
        # Addresses are kept in the user only, so that they are compared with nobody's.
        sociallogin.email_addresses = []
        role = role_of_groups(groups_of(sociallogin.account.extra_data))
        if role is None:
            self._refuse(request, sociallogin)
        elif sociallogin.is_existing:
            role_give(user=sociallogin.user, role=role, is_new=False)

    def _refuse(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        known = sociallogin.user if sociallogin.is_existing else None
        if known is not None:
            roles_take_away(user=known)
        name = known.get_username() if known else str(sociallogin.account.uid)
        groups = ", ".join(sorted(groups_of(sociallogin.account.extra_data)))
        refusal_record(
            subject=name, ip=client_address(request), detail={"reason": "no group gives a role", "groups": groups[:500]}
        )
        raise ImmediateHttpResponse(render(request, "socialaccount/no_role.html", status=403))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002 - allauth's
        """Return True: whoever has got here is in a mapped group."""
        return True

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Create the user without a password and with the role."""
        user: User = super().save_user(request, sociallogin, form)
        role = role_of_groups(groups_of(sociallogin.account.extra_data))
        if role is not None:
            role_give(user=user, role=role, is_new=True)
        return user

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,  # noqa: ARG002 - allauth's signature
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,  # noqa: ARG002 - allauth's signature
    ) -> None:
        """Record that it failed, and show a page of our own. The log names the error, never a token."""
        reason = type(exception).__name__ if exception else str(error)
        logger.warning("Single sign-on failed: %s", reason)
        refusal_record(subject="", ip=client_address(request), detail={"reason": reason})
        raise ImmediateHttpResponse(render(request, "socialaccount/authentication_error.html", status=403))


def came_by_single_sign_on(user: User) -> bool:
    """Return whether the account is one of the provider's."""
    return bool(user.socialaccount_set.exists())  # type: ignore[attr-defined]  # allauth ships no types
