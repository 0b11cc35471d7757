"""Syslog over TLS (RFC 5425): messages of RFC 5424 in frames that begin with their length."""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from dashboard.outbox.addresses import AddressForbidden
from dashboard.outbox.channels import TryLater
from dashboard.outbox.tls import NoAuthority, tls_context
from dashboard.outbox.trouble import trouble_of
from investigate.event_export.formats.values import moment
from investigate.event_export.models import Destination
from investigate.event_export.sending.lines import Line
from investigate.event_export.sending.servers import server_of
from investigate.event_export.states import Kind

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 20.0
GOODBYE_SECONDS = 3.0
_FACILITY = 16  # local0
_SEVERITIES = {"malicious": 4, "suspicious": 5, "spoof": 5}
_INFORMATIONAL = 6
_NAMES = {Kind.ALERTS: "email_security_alerts", Kind.POST_DELIVERY: "email_security_post_delivery"}
"""MSGID of each kind, which has 32 letters at most."""


class SyslogSender:
    """Sends batches to one syslog server, each over a connection of its own."""

    def __init__(self, address: str, host: str, port: int, context: ssl.SSLContext | None) -> None:
        self._address, self._host, self._port, self._context = address, host, port, context

    def send_lines(self, lines: Sequence[Line]) -> None:
        """Send the lines, and end the connection in order, so that what was sent has been taken. Raise TryLater.

        The protocol has no answer: a server that dies with what it has taken is not noticed.
        """
        deadline = time.monotonic() + TOTAL_SECONDS
        content = b"".join(frame_of(line) for line in lines)
        try:
            with socket.create_connection((self._address, self._port), timeout=CONNECT_SECONDS) as plain:
                plain.settimeout(_left(deadline))
                if self._context is None:
                    _write(plain, content, deadline)
                    _end_plain(plain)
                    return
                with self._context.wrap_socket(plain, server_hostname=self._host) as secure:
                    _write(secure, content, deadline)
                    _end_secure(secure)
        except (OSError, ValueError) as error:
            told = "No answer within its time." if isinstance(error, TimeoutError) else trouble_of(error)
            raise TryLater(told, is_receiver=True) from error


@contextmanager
def open_syslog(destination: Destination) -> Iterator[SyslogSender]:
    """Return what sends to the server. Raise TryLater if its address can't be connected to."""
    try:
        server = server_of(destination.address)
        context = tls_context(destination.ca) if server.is_tls else None
    except (AddressForbidden, NoAuthority) as error:
        raise TryLater(str(error), is_receiver=True) from error
    except OSError as error:
        raise TryLater(f"The name of the server could not be looked up: {error}", is_receiver=True) from error
    yield SyslogSender(server.address, server.host, server.port, context)


def frame_of(line: Line) -> bytes:
    """Return a line as a frame: the length, a blank, and the message."""
    severity = _SEVERITIES.get(line.disposition, _INFORMATIONAL)
    name = "test" if line.is_test else _NAMES.get(Kind(line.kind), line.kind)
    head = f"<{_FACILITY * 8 + severity}>1 {moment(line.at)} {_host_name()} gatehouse - {name[:32]} - "
    message = head.encode("ascii") + line.content.encode("ascii")
    return b"%d %s" % (len(message), message)


def _host_name() -> str:
    found = "".join(letter for letter in socket.gethostname() if "!" <= letter <= "~")
    return found[:255] or "-"


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _write(connection: socket.socket, content: bytes, deadline: float) -> None:
    for start in range(0, len(content), 16_384):
        connection.settimeout(_left(deadline))
        connection.sendall(content[start : start + 16_384])


def _end_plain(plain: socket.socket) -> None:
    plain.shutdown(socket.SHUT_WR)
    plain.settimeout(GOODBYE_SECONDS)
    with contextlib.suppress(TimeoutError):
        plain.recv(1)


def _end_secure(secure: ssl.SSLSocket) -> None:
    """End TLS. A server that says nothing any more, or leaves first, has got all that TCP gave it.

    One that resets the connection may not have, so that is a failure.
    """
    secure.settimeout(GOODBYE_SECONDS)
    try:
        secure.unwrap()
    except ConnectionResetError:
        raise
    except (ssl.SSLError, TimeoutError, OSError):
        return
