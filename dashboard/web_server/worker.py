"""gunicorn worker that serves with waitress: one thread reads and writes all connections, a few threads run Django.

gunicorn starts, restarts and stops the processes. A request gets a thread when all of it has been received, and its
answer leaves the thread as fast as Django makes it. So a slow client never holds a thread.
"""

import os
import resource
import sys
import time
from typing import Any, Final

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from dashboard.web_server.channel import BoundedChannel, oldest_waiting
from dashboard.web_server.reading import LARGEST_HEAD

_LOOP_SECONDS: Final = 0.5
# Above this part of the connections, those that have kept the server waiting longest are closed.
_CROWDED: Final = 0.75
_LEFT_FOR_FILES: Final = 64


class BoundedServer(TcpWSGIServer):  # type: ignore[misc]
    """A listening socket and its connections."""

    channel_class = BoundedChannel

    def maintenance(self, now: float) -> None:
        """Close connections that are idle or too slow; when there are many, also those that have waited longest."""
        super().maintenance(now)
        clock = time.monotonic()
        for channel in list(self.active_channels.values()):
            if channel.is_overdue(clock):
                channel.close_now()
        if len(self.active_channels) >= self.adj.connection_limit * _CROWDED:
            for channel in oldest_waiting(self.active_channels, len(self.active_channels) // 2):
                channel.close_now()


class BufferingWorker(Worker):  # type: ignore[misc]
    """A process of the web server. gunicorn's settings `threads`, `worker_connections` and `keepalive` apply."""

    def run(self) -> None:
        """Serve until the stop signal, then finish what is being answered within `graceful_timeout`."""
        sockets: dict[int, Any] = {}
        adjustments = Adjustments(
            ident=None,
            threads=self.cfg.threads,
            connection_limit=_connections(self.cfg.worker_connections),
            channel_timeout=self.cfg.keepalive,
            cleanup_interval=1,
            max_request_header_size=LARGEST_HEAD,
            # The parser has its own bound by path; this one is never reached.
            max_request_body_size=sys.maxsize,
            inbuf_overflow=256 * 1024,
            outbuf_overflow=256 * 1024,
            outbuf_high_watermark=2 * 1024 * 1024,
            # Django's settings decide whether the proxy's header fields count.
            clear_untrusted_proxy_headers=False,
            asyncore_use_poll=True,
        )
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(self.cfg.threads)
        servers = [self._listen(listener, sockets, dispatcher, adjustments) for listener in self.sockets]
        while self.alive and self._has_parent():
            self.notify()
            wasyncore.loop(timeout=_LOOP_SECONDS, use_poll=True, map=sockets, count=1)
        for server in servers:
            server.accepting = False
            server.del_channel()
        deadline = time.monotonic() + self.cfg.graceful_timeout
        while time.monotonic() < deadline and any(_is_busy(server) for server in servers):
            self.notify()
            wasyncore.loop(timeout=0.05, use_poll=True, map=sockets, count=1)
        dispatcher.shutdown(timeout=0.2)

    def _listen(
        self, listener: Any, sockets: dict[int, Any], dispatcher: ThreadedTaskDispatcher, adjustments: Adjustments
    ) -> BoundedServer:
        found = listener.sock
        found.setblocking(False)
        return BoundedServer(
            self.wsgi,
            sockets,
            True,
            found,
            dispatcher=dispatcher,
            adj=adjustments,
            sockinfo=(found.family, found.type, found.proto, found.getsockname()),
            bind_socket=False,
        )

    def _has_parent(self) -> bool:
        return bool(self.ppid == os.getppid())


def _is_busy(server: BoundedServer) -> bool:
    return any(not channel.waits_for_client for channel in list(server.active_channels.values()))


def _connections(wanted: int) -> int:
    """Return how many connections fit into the limit of open files; a large body needs one more file each."""
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return wanted if soft == resource.RLIM_INFINITY else max(16, min(wanted, (soft - _LEFT_FOR_FILES) // 2))
