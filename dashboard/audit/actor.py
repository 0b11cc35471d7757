"""Who acts: the person as the audit trail keeps them, even after the account is gone."""

from dataclasses import dataclass
from ipaddress import ip_address

from allauth.account.adapter import get_adapter
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from dashboard.capabilities import role_of


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, or the console itself when `user_id` is None and `username` is empty."""

    user_id: int | None
    username: str
    role: str
    ip: str | None


SYSTEM = Actor(user_id=None, username="", role="", ip=None)


def actor_of(request: HttpRequest) -> Actor:
    """Return who made the request, and from which address."""
    user = getattr(request, "user", None)
    ip = client_address(request)
    if not isinstance(user, User):
        return Actor(user_id=None, username="", role="", ip=ip)
    return Actor(user_id=user.pk, username=user.get_username(), role=role_of(user) or "", ip=ip)


def actor_for(user: User) -> Actor:
    """Return the person as the actor of work that goes on after their request, such as a job."""
    return Actor(user_id=user.pk, username=user.get_username(), role=role_of(user) or "", ip=None)


def client_address(request: HttpRequest) -> str | None:
    """Return the address of the person's machine, read past as many proxies as ALLAUTH_TRUSTED_PROXY_COUNT trusts.

    None where there is no address to know, as with a web server on a unix socket.
    """
    try:
        return str(ip_address(str(get_adapter(request).get_client_ip(request)).strip()))
    except (ValueError, PermissionDenied):
        return None
