"""Middleware that believes a proxy's header fields from proxies alone."""

import logging
from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

logger = logging.getLogger(__name__)
_FIELDS = ("HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_X_REQUEST_ID")
_PREFIX = "HTTP_X_FORWARDED_"
_TOLD_AT_MOST = 100


class TrustedProxiesMiddleware:
    """Drop what only a proxy may say (how a client came, from where, with what id) unless a trusted proxy says it.

    GATEHOUSE_TRUSTED_PROXIES names them. Else whoever reaches the port could pass for HTTPS, or for any address. It
    comes before everything that reads these fields. With GATEHOUSE_TLS, the log names each peer once whose fields are
    dropped, since a proxy that is not named makes pages redirect for ever.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._told: set[str] = set()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        peer = request.META.get("REMOTE_ADDR", "")
        if not _is_trusted(peer):
            said = [name for name in request.META if name in _FIELDS or name.startswith(_PREFIX)]
            for name in said:
                del request.META[name]
            if said and settings.GATEHOUSE_TLS:
                self._tell(peer)
        return self.get_response(request)

    def _tell(self, peer: str) -> None:
        if peer in self._told or len(self._told) >= _TOLD_AT_MOST:
            return
        self._told.add(peer)
        logger.warning("What %s says as a proxy is dropped: GATEHOUSE_TRUSTED_PROXIES does not name it", peer)


def _is_trusted(peer: str) -> bool:
    """Return whether the peer is a trusted proxy. A peer without an address is on a unix socket, on this machine."""
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return True
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in settings.GATEHOUSE_TRUSTED_PROXIES)
