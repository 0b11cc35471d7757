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
    user_agent: str = ""


SYSTEM = Actor(user_id=None, username="", role="", ip=None)


def actor_of(request: HttpRequest) -> Actor:
    """Return the user of the request and their IP address as an actor."""
    user = getattr(request, "user", None)
    ip = client_address(request)
    agent = user_agent_of(request)
    if not isinstance(user, User):
        return Actor(user_id=None, username="", role="", ip=ip, user_agent=agent)
    return Actor(user_id=user.pk, username=user.get_username(), role=role_of(user) or "", ip=ip, user_agent=agent)


def actor_for(user: User) -> Actor:
    """Return a user as the actor of work that continues after their request, such as a job."""
    return Actor(user_id=user.pk, username=user.get_username(), role=role_of(user) or "", ip=None)


def client_address(request: HttpRequest) -> str | None:
    """Return the client's IP address, taking ALLAUTH_TRUSTED_PROXY_COUNT proxies into account.

    Return None if the address is unknown, for example if the web server listens on a unix socket.
    """
    try:
        return _plain_address(str(get_adapter(request).get_client_ip(request)).strip())
    except (ValueError, PermissionDenied):
        return None


def _plain_address(text: str) -> str:
    """Return the address without a zone. An IPv4 address within IPv6 is returned as IPv4: it is the same peer."""
    address = ip_address(text.partition("%")[0])
    mapped = address.ipv4_mapped if address.version == 6 else None
    return str(mapped or address)


def user_agent_of(request: HttpRequest) -> str:
    """Return the program that the client says it is, at most 200 printable characters. Anybody can claim any."""
    sent = request.headers.get("User-Agent", "")[:1000]
    return "".join(letter for letter in sent if letter.isprintable())[:200]
