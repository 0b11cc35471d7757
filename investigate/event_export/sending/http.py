"""Posts to a receiver: to the address that was checked, without redirects or proxies, within time, with a bound on all.

httpcore is used rather than httpx, since its network backend is where a connection can be made to an address while the
certificate and the Host field stay those of the name, and where a time limit holds for the whole of an exchange.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import httpcore
from django.utils import timezone

from dashboard.outbox.channels import Refused, TryLater
from investigate.event_export.sending.addresses import AddressRefused, NotResolved, checked_address, place_of_url
from investigate.event_export.sending.tls import NoAuthority, tls_context
from investigate.event_export.sending.trouble import SAID_AT_MOST, trouble_of

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
TOTAL_SECONDS = 20.0
"""Limits of one connection, of one wait for bytes, and of the whole exchange. A lease is longer."""
ANSWER_AT_MOST = 65_536
"""Bytes of an answer that are read. None of it is kept but the beginning, for the screen."""
_WRITTEN_AT_ONCE = 4096

REFUSED_FOR_GOOD = {400, 405, 411, 413, 414, 415, 422, 431}
"""Answers that are about this very request: it would be the same the next time."""
WHOLE_RECEIVER = {401, 403, 404, 407, 408, 410, 429, 502, 503, 504}
"""Answers that are about the receiver: everything for it waits."""


@dataclass(slots=True)
class Post:
    """An open way to a receiver."""

    url: str
    pool: httpcore.ConnectionPool
    backend: _Backend

    def send(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Post the body. Return if the answer is 2xx; else raise TryLater or Refused with what was said."""
        self.backend.deadline = time.monotonic() + TOTAL_SECONDS
        waits = {"connect": CONNECT_SECONDS, "read": READ_SECONDS, "write": READ_SECONDS, "pool": 1.0}
        fields = {"Host": _host_field(self.url), "User-Agent": "Gatehouse", "Accept": "*/*", **headers}
        try:
            with self.pool.stream(
                "POST", self.url, headers=list(fields.items()), content=body, extensions={"timeout": waits}
            ) as response:
                status, told, said = response.status, dict(response.headers), _beginning(response.iter_stream())
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
            raise TryLater(_why(error), is_receiver=True) from error
        _judge(status, told, said)


@contextmanager
def post_to(url: str, *, ca: str = "") -> Iterator[Post]:
    """Open a way to a receiver. Raise TryLater if its address can't be connected to."""
    try:
        place = place_of_url(url)
        address = checked_address(place)
        context = tls_context(ca)
    except (AddressRefused, NotResolved, NoAuthority) as error:
        raise TryLater(str(error), is_receiver=True) from error
    backend = _Backend(address)
    with httpcore.ConnectionPool(
        ssl_context=context,
        max_connections=1,
        max_keepalive_connections=1,
        keepalive_expiry=10.0,
        retries=0,
        network_backend=backend,
    ) as pool:
        yield Post(url, pool, backend)


class _Backend(httpcore.NetworkBackend):
    """Connects to one address, whatever name is asked for, and holds all that is read and written to a deadline."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.deadline = 0.0
        self._inner = httpcore.SyncBackend()

    def left(self, timeout: float | None) -> float:
        """Return the seconds that one step may take. Raise ReadTimeout if the exchange's time is over."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout(f"no answer within {TOTAL_SECONDS:.0f} seconds")
        return min(left, timeout) if timeout is not None else left

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - the backend's interface: the address was checked already
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the address that was checked."""
        stream = self._inner.connect_tcp(self.address, port, self.left(timeout), local_address, socket_options)
        return _Stream(stream, self)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, backend: _Backend) -> None:
        self._inner, self._backend = inner, backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._backend.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # A receiver that takes a byte now and then is held to the deadline, too.
        for start in range(0, len(buffer), _WRITTEN_AT_ONCE):
            self._inner.write(buffer[start : start + _WRITTEN_AT_ONCE], self._backend.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, self._backend.left(timeout)), self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _host_field(url: str) -> str:
    place = place_of_url(url)
    host = f"[{place.host}]" if ":" in place.host else place.host
    return host if place.port == (443 if place.is_tls else 80) else f"{host}:{place.port}"


def _beginning(parts: Iterable[bytes]) -> str:
    """Read an answer up to its bound, and return its beginning in printable letters."""
    found, size = b"", 0
    for part in parts:
        found, size = (found + part)[: SAID_AT_MOST * 4], size + len(part)
        if size > ANSWER_AT_MOST:
            break
    text = found.decode("utf-8", "replace")
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())[:SAID_AT_MOST]


def _judge(status: int, headers: dict[bytes, bytes], said: str) -> None:
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise TryLater(f"It answered {status}, a redirect. Redirects are not followed.", is_receiver=True)
    why = f"It answered {status}" + (f": {said}" if said else ".")
    if status in REFUSED_FOR_GOOD:
        raise Refused(why)
    raise TryLater(why, seconds=_retry_after(headers), is_receiver=status in WHOLE_RECEIVER)


def _retry_after(headers: dict[bytes, bytes]) -> float:
    """Return the seconds that the receiver asks to wait, 0 if it does not."""
    value = next((text for name, text in headers.items() if name.lower() == b"retry-after"), b"")[:100]
    told = value.decode("ascii", "replace").strip()
    if told.isdecimal():
        return float(told[:9])
    try:
        return max(0.0, (parsedate_to_datetime(told) - timezone.now()).total_seconds())
    except (TypeError, ValueError):
        return 0.0


def _why(error: Exception) -> str:
    if isinstance(error, httpcore.ConnectTimeout):
        return "No connection within its time."
    if isinstance(error, httpcore.TimeoutException):
        return "No answer within its time."
    return trouble_of(error)
