"""Which people have to have a second factor, and whether they have one."""

from __future__ import annotations

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest

from dashboard.capabilities import role_of

STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What counts as a second factor. Recovery codes alone don't."""


def has_second_factor(user: User) -> bool:
    """Return whether the user has set up an app or a key."""
    return bool(Authenticator.objects.filter(user=user, type__in=STRONG).exists())


def second_factor_is_due(request: HttpRequest) -> bool:
    """Return whether the person has to set up a second factor before anything else.

    Whoever has come by single sign-on has proved there who they are.
    """
    user = request.user
    if not isinstance(user, User) or role_of(user) not in settings.GATEHOUSE_REQUIRE_SECOND_FACTOR:
        return False
    records = get_authentication_records(request, user)
    return not any(record.get("method") == "socialaccount" for record in records) and not has_second_factor(user)
