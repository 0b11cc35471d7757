"""From where and with what program a call comes."""

from collections.abc import Callable
from functools import lru_cache
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

IN_PROCESS = "gatehouse.in_process"
"""The in-process transport marks its requests with this key of the WSGI environment, which no header can set."""


def is_in_process(request: HttpRequest) -> bool:
    """Return whether the console called in the same process."""
    return bool(request.META.get(IN_PROCESS))


def address_of(request: HttpRequest) -> str | None:
    """Return the caller's IP address, or None if it is unknown, as on a unix socket.

    The setting GATEWAY_CLIENT_ADDRESS names the function that knows of proxies. Without it, the peer is the caller.
    """
    path = settings.GATEWAY_CLIENT_ADDRESS
    if path:
        return _function_at(path)(request)
    try:
        return str(ip_address(request.META.get("REMOTE_ADDR", "").partition("%")[0]))
    except ValueError:
        return None


@lru_cache(maxsize=4)
def _function_at(path: str) -> Callable[[HttpRequest], str | None]:
    found: Callable[[HttpRequest], str | None] = import_string(path)
    return found


def program_of(request: HttpRequest) -> str:
    """Return what the client says that it is, at most 200 printable characters. Anybody can claim any."""
    sent = request.headers.get("User-Agent", "")[:1000]
    return "".join(letter for letter in sent if letter.isprintable())[:200]
