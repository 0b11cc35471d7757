"""Servers that are given as HOST:PORT: syslog over TLS, and without it on this machine alone."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from dashboard.outbox.addresses import AddressForbidden, address_of, is_loopback_name

PLAIN = "plain://"
"""What an address begins with whose server, on this machine alone, speaks no TLS."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where HOST:PORT leads: the address that was checked, and the name that the certificate has to be for."""

    host: str
    port: int
    address: str
    is_tls: bool


def server_of(text: str) -> Server:
    """Return where it leads now. Raise AddressForbidden, or OSError if the name can't be looked up."""
    is_tls = not text.startswith(PLAIN)
    try:
        parts = urlsplit(f"//{text.removeprefix(PLAIN).strip()}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not host or not port or parts.path or parts.query or parts.username is not None:
        raise AddressForbidden("Give the server as HOST:PORT, such as logs.acme.example:6514.")
    if not is_tls and not is_loopback_name(host):
        raise AddressForbidden("Syslog without TLS is for this machine alone.")
    return Server(host, port, address_of(host, port), is_tls)
