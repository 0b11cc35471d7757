"""Which addresses the console connects to for a destination: never into its own network, unless the operator says so.

A name is resolved once, all of its addresses are looked at, and the connection goes to one of these. So a name server
that answers differently the next time gains nothing.
"""

from __future__ import annotations

import queue
import socket
import threading
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings

Address = IPv4Address | IPv6Address

# Addresses that clouds tell secrets at, and that look like any other.
_METADATA: tuple[IPv4Network | IPv6Network, ...] = (ip_network("168.63.129.16/32"), ip_network("fd00:ec2::/32"))
_NAT64 = ip_network("64:ff9b::/96")
RESOLVE_SECONDS = 5.0


class AddressRefused(Exception):
    """The console does not connect there. The message says why, for whoever set the destination up."""


class NotResolved(Exception):
    """The name has no address now."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a connection goes: a name, the port, and whether it is encrypted."""

    host: str
    port: int
    is_tls: bool


def place_of_url(url: str) -> Place:
    """Return where a URL leads. Raise AddressRefused unless it is https, or http to this machine."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise AddressRefused("This is no URL.") from None
    if parts.scheme not in ("https", "http") or not host or any(letter <= " " or letter == "\x7f" for letter in url):
        raise AddressRefused("Give a URL that begins with https://.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise AddressRefused("Leave user name, password and fragment out of the URL. A token has its own field.")
    if parts.scheme == "http" and not is_this_machine(host):
        raise AddressRefused("Plain http is for this machine alone (127.0.0.1, ::1, localhost). Use https.")
    return Place(host, port or (443 if parts.scheme == "https" else 80), parts.scheme == "https")


def place_of_server(text: str) -> Place:
    """Return where HOST:PORT leads, TLS always except on this machine. Raise AddressRefused if it is none."""
    try:
        parts = urlsplit(f"//{text.strip()}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not host or not port or parts.path or parts.query or parts.username is not None:
        raise AddressRefused("Give the server as HOST:PORT, such as logs.acme.example:6514.")
    return Place(host, port, is_tls=True)


def is_this_machine(host: str) -> bool:
    """Return whether the host is a loopback address, or localhost."""
    if host.casefold() == "localhost":
        return True
    try:
        return _inner(ip_address(host)).is_loopback
    except ValueError:
        return False


def checked_address(place: Place) -> str:
    """Return the address to connect to. Raise AddressRefused, or NotResolved if the name has none now.

    If one of the name's addresses is refused, all are: a name that is half inside is no mistake of a name server.
    """
    found = _resolve(place)
    for address in found:
        if why := _why_refused(address, place.host):
            raise AddressRefused(why)
    return str(found[0])


def _resolve(place: Place) -> list[Address]:
    try:
        return [ip_address(place.host)]
    except ValueError:
        pass
    answers: queue.Queue[list[Address] | None] = queue.Queue()

    def ask() -> None:
        try:
            told = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
            # A zone names an interface of this machine, and is no part of the address.
            answers.put([ip_address(str(entry[4][0]).partition("%")[0]) for entry in told])
        except (OSError, UnicodeError, ValueError):
            answers.put(None)

    # The system's resolver has no time limit of its own that could be set.
    threading.Thread(target=ask, daemon=True).start()
    try:
        found = answers.get(timeout=RESOLVE_SECONDS)
    except queue.Empty:
        found = None
    if not found:
        raise NotResolved(f"The name {place.host} has no address now.")
    return list(dict.fromkeys(found))


def _why_refused(address: Address, host: str) -> str:
    """Return why no connection is made to the address, or an empty string."""
    allowed: tuple[IPv4Network | IPv6Network, ...] = settings.GATEHOUSE_EVENT_NETWORKS
    inner = _inner(address)
    if any(address in network or inner in network for network in allowed):
        return ""
    if inner.is_loopback and is_this_machine(host):
        return ""
    if inner.is_global and not inner.is_multicast and not any(inner in network for network in _METADATA):
        return ""
    return (
        f"{host} leads to {address}, which is no public address. "
        "Whoever runs Gatehouse can allow its network in GATEHOUSE_EVENT_NETWORKS."
    )


def _inner(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None) or address
