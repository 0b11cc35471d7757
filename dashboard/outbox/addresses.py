"""Which addresses the console may send to: HTTPS to the public network, loopback, and what the operator allows."""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LOOK_UP_SECONDS = 5.0


class AddressForbidden(Exception):
    """The console does not send there. The text says why, for people."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a URL leads: the address that was checked, and the name that the certificate has to be for."""

    url: str
    host: str
    port: int
    address: str
    is_tls: bool


def url_checked(url: str) -> tuple[str, int, bool]:
    """Return host, port and whether it is TLS, without asking DNS. Raise AddressForbidden."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise AddressForbidden("That is no web address.") from None
    if parts.scheme not in ("https", "http") or not host or any(ord(sign) < 33 for sign in url):
        raise AddressForbidden("Write an address that begins with https://.")
    if parts.username or parts.password:
        raise AddressForbidden("Leave out the name and password in the address.")
    is_tls = parts.scheme == "https"
    if not is_tls and not is_loopback_name(host):
        raise AddressForbidden("Only https:// is sent to, and http:// on this machine alone.")
    literal = _literal(host)
    if literal is not None:
        check_address(literal, host)
    return host, port or (443 if is_tls else 80), is_tls


def endpoint_of(url: str) -> Endpoint:
    """Return where a URL leads now. The address has to be connected to as it is, so that a name can't lead elsewhere.

    Raise AddressForbidden if any address of the name is forbidden, OSError if the name can't be looked up.
    """
    host, port, is_tls = url_checked(url)
    return Endpoint(url, host, port, address_of(host, port), is_tls)


def address_of(host: str, port: int) -> str:
    """Return the address of a name, which has to be connected to as it is.

    Raise AddressForbidden if any address of the name is forbidden, OSError if the name can't be looked up in time.
    """
    addresses = _looked_up(host, port)
    for address in addresses:
        check_address(address, host)
    return str(addresses[0])


def _looked_up(host: str, port: int) -> list[Address]:
    """Return the addresses of a name. Raise OSError if it has none, or if none is told within LOOK_UP_SECONDS."""
    answers: queue.Queue[list[Address] | OSError] = queue.Queue()

    def ask() -> None:
        try:
            told = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            # A zone names an interface of this machine, and is no part of the address.
            answers.put([ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in told])
        except OSError as error:
            answers.put(error)
        except (UnicodeError, ValueError):
            answers.put(OSError("it is no name"))

    # The system's resolver has no time limit that could be set here, and a worker's lease ends.
    threading.Thread(target=ask, daemon=True).start()
    try:
        found = answers.get(timeout=LOOK_UP_SECONDS)
    except queue.Empty:
        raise OSError("no answer within its time") from None
    if isinstance(found, OSError):
        raise found
    if not found:
        raise OSError("it has no address")
    return found


def check_address(address: Address, host: str) -> None:
    """Raise AddressForbidden unless the address is public, allowed by the operator, or loopback named as such."""
    plain = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped else address
    if any(plain in network for network in settings.GATEHOUSE_SEND_NETWORKS if network.version == plain.version):
        return
    if plain.is_loopback and is_loopback_name(host):
        return
    is_metadata = any(plain in network for network in _METADATA if network.version == plain.version)
    if not plain.is_global or plain.is_multicast or plain.is_reserved or is_metadata or _embeds_private(plain):
        raise AddressForbidden(
            f"{host} leads to {plain}, which is not on the public network. GATEHOUSE_SEND_NETWORKS can allow it."
        )


def _embeds_private(address: Address) -> bool:
    """Return whether an IPv6 address is a way to an IPv4 one (NAT64, 6to4, Teredo), which nobody checked."""
    if not isinstance(address, ipaddress.IPv6Address):
        return False
    return bool(address.sixtofour or address.teredo or address in _NAT64)


_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Addresses that clouds tell secrets at, and that look like any other.
_METADATA = (ipaddress.ip_network("168.63.129.16/32"), ipaddress.ip_network("fd00:ec2::/32"))


def is_loopback_name(host: str) -> bool:
    """Return whether the host is localhost, or a loopback address."""
    literal = _literal(host)
    return host == "localhost" or (literal is not None and literal.is_loopback)


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
