"""The resolver that the settings describe; one for the process, since its cache and what it knows are shared."""

import threading
from typing import Final

import dns.exception
import dns.resolver
from django.conf import settings

from gateway.authentication.resolver import Resolver

OFF: Final = "off"
AUTO: Final = "auto"
_PORT: Final = 53

_lock = threading.Lock()
_made: dict[tuple[str | tuple[str, int], int], Resolver] = {}


def resolver() -> Resolver | None:
    """Return the process's resolver, or None if nothing is to be asked.

    That is so if GATEWAY_DNS is `off`, or if it is `auto` and no name server of this machine has answered yet. With
    `system` or a server's address, a server that does not answer is an error, and mail is held back for it.
    """
    mode = settings.GATEWAY_DNS
    if mode == OFF:
        return None
    found = _of(mode, settings.GATEWAY_DNS_SECONDS)
    return None if mode == AUTO and not found.is_there() else found


def forget() -> None:
    """Drop the resolver with its cache. The next call of `resolver` makes a new one."""
    with _lock:
        _made.clear()


def _of(mode: str | tuple[str, int], seconds: int) -> Resolver:
    key = (mode, seconds)
    with _lock:
        if key not in _made:
            _made[key] = Resolver(_servers(mode), message_seconds=seconds)
        return _made[key]


def _servers(mode: str | tuple[str, int]) -> list[tuple[str, int]]:
    if isinstance(mode, tuple):
        return [mode]
    try:
        return [(str(server), _PORT) for server in dns.resolver.Resolver().nameservers]
    except (dns.exception.DNSException, OSError):
        return []
