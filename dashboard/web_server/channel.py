"""One connection of the web server: bounds on reading requests, on writing answers, and on closing."""

import contextlib
import functools
import socket
import time
from collections.abc import Mapping
from typing import Any, Final

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel

from dashboard.web_server.reading import BoundedRequest

LARGE_BODIES_IN_ALL: Final = 256 * 1024 * 1024
"""Bytes of bodies of more than 1 MB that one process receives at a time."""
_ANSWER_SECONDS: Final = 30.0
_ANSWER_BYTES_A_SECOND: Final = 8 * 1024
_LINGER_SECONDS: Final = 2.0


class BoundedChannel(HTTPChannel):  # type: ignore[misc]
    """A connection that is closed when its client is too slow.

    A refused client may still be sending. Its input is read and dropped for two seconds, since a connection that is
    closed with unread input is reset, and the client would lose the answer.
    """

    close_when_flushed: bool

    def __init__(self, server: Any, sock: socket.socket, addr: Any, adj: Adjustments, map: Any = None) -> None:
        super().__init__(server, sock, addr, adj, map=map)
        self.parser_class = functools.partial(BoundedRequest, may_take=self._may_take)
        self.bytes_sent = 0
        self._unread_since = 0.0
        self._sent_before = 0
        self._lingers_until = 0.0
        self._has_refused = False

    def _may_take(self, size: int) -> bool:
        held = 0
        for channel in list(self.server.active_channels.values()):
            current = channel.request
            held += sum(request.reserved for request in [*channel.requests, *([current] if current else [])])
        return held == 0 or held + size <= LARGE_BODIES_IN_ALL

    def send(self, data: bytes, do_close: bool = True) -> int:
        """Send and count what was sent."""
        count: int = super().send(data, do_close=do_close)
        self.bytes_sent += count
        return count

    def received(self, data: bytes) -> bool:
        """Take what was received, and remember that a request was refused."""
        result: bool = super().received(data)
        if any(request.error is not None for request in self.requests):
            self._has_refused = True
        return result

    def readable(self) -> bool:
        """Return whether to read: also while the rest of a refused request is dropped."""
        return bool(self._lingers_until or super().readable())

    def writable(self) -> bool:
        """Return whether to write."""
        return bool(not self._lingers_until and super().writable())

    def handle_read(self) -> None:
        """Read a part of a request, or drop the rest of a refused one."""
        if not self._lingers_until:
            super().handle_read()
            return
        try:
            dropped = self.recv(self.adj.recv_bytes)
        except OSError:
            dropped = b""
        if not dropped and self.connected:
            self.close_now()

    def handle_write(self) -> None:
        """Write; after the answer to a refused request, wait for the client to stop sending."""
        ends = self.close_when_flushed and self._has_refused
        if not ends:
            super().handle_write()
            return
        self.close_when_flushed = False
        super().handle_write()
        if not self.connected:
            return
        if self.total_outbufs_len:
            self.close_when_flushed = True
            return
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)
        self._lingers_until = time.monotonic() + _LINGER_SECONDS

    def close_now(self) -> None:
        """Close the connection from the server's own thread. A thread that waits to write to it is freed."""
        self.handle_close()

    def is_overdue(self, now: float) -> bool:
        """Return whether the client is too slow: in sending a request, in reading an answer, or in going away."""
        if self._lingers_until:
            return now > self._lingers_until
        if not self.requests and self.request is not None and self.request.is_overdue(now):
            return True
        if not self.total_outbufs_len:
            self._unread_since = 0.0
            return False
        if not self._unread_since:
            self._unread_since, self._sent_before = now, self.bytes_sent
        read = self.bytes_sent - self._sent_before
        return now > self._unread_since + _ANSWER_SECONDS + read / _ANSWER_BYTES_A_SECOND

    @property
    def waits_for_client(self) -> bool:
        """Whether nothing is done for the client: it sends a request, or keeps an idle connection."""
        return not self.requests and not self.total_outbufs_len


def oldest_waiting(channels: Mapping[int, BoundedChannel], count: int) -> list[BoundedChannel]:
    """Return at most `count` connections that wait for their clients, those first that have waited longest."""

    def since(channel: BoundedChannel) -> float:
        request = channel.request
        # waitress stamps the last activity with the time of day, the request's start is monotonic.
        begun = time.monotonic() - request.started if request is not None else time.time() - channel.last_activity
        return float(begun)

    waiting = [channel for channel in channels.values() if channel.waits_for_client]
    return sorted(waiting, key=since, reverse=True)[:count]
