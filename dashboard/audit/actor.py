"""The actor of an audited action, stored by value so that it outlives the user's account."""

from dataclasses import dataclass
from ipaddress import ip_address

from allauth.account.adapter import get_adapter
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from dashboard.capabilities import role_of


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, or the console itself if `user_id` is None and `username` is empty."""

    user_id: int | None
    username: str
    role: str
    ip: str | None


SYSTEM = Actor(user_id=None, username="", role="", ip=None)


def actor_of(request: HttpRequest) -> Actor:
    """Return the user of the request and their IP address as an actor."""
    user = getattr(request, "user", None)
    ip = client_address(request)
    if not isinstance(user, User):
        return Actor(user_id=None, username="", role="", ip=ip)
    return Actor(user_id=user.pk, username=user.get_username(), role=role_of(user) or "", ip=ip)


def actor_for(user: User) -> Actor:
    """Return a user as the actor of work that continues after their request, such as a job."""
    return Actor(user_id=user.pk, username=user.get_username(), role=role_of(user) or "", ip=None)


def client_address(request: HttpRequest) -> str | None:
    """Return the client's IP address, taking ALLAUTH_TRUSTED_PROXY_COUNT proxies into account.

    Return None if the address is unknown, for example if the web server listens on a unix socket.
    """
    try:
        return str(ip_address(str(get_adapter(request).get_client_ip(request)).strip()))
    except (ValueError, PermissionDenied):
        return None
