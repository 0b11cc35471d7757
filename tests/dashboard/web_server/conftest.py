"""A web server in a thread: the sockets and threads of one process, with an application that counts what it reads."""

import socket
import threading

import pytest
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.task import ThreadedTaskDispatcher

from dashboard.web_server.worker import BoundedServer

LONG_ANSWER = 8 * 1024 * 1024


def application(environ, start_response):
    if environ["PATH_INFO"] == "/long":
        start_response("200 OK", [("Content-Length", str(LONG_ANSWER))])
        return (b"x" * 65536 for _ in range(LONG_ANSWER // 65536))
    body = str(len(environ["wsgi.input"].read())).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


class Running:
    """A running server."""

    def __init__(self, threads=2, connections=200):
        self.sockets = {}
        self.dispatcher = ThreadedTaskDispatcher()
        self.dispatcher.set_thread_count(threads)
        adjustments = Adjustments(
            ident=None,
            connection_limit=connections,
            cleanup_interval=3600,
            max_request_header_size=32 * 1024,
            outbuf_high_watermark=1024 * 1024,
            asyncore_use_poll=True,
        )
        listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port = listener.getsockname()[1]
        self.server = BoundedServer(
            application,
            self.sockets,
            True,
            listener,
            dispatcher=self.dispatcher,
            adj=adjustments,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
            bind_socket=False,
        )
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._loop)
        self.thread.start()

    def _loop(self):
        while not self.stopping.is_set():
            wasyncore.loop(timeout=0.02, use_poll=True, map=self.sockets, count=1)

    def connect(self, sent=b""):
        """Return a connection, which is a context manager, on which `sent` was sent."""
        made = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        made.sendall(sent)
        return made

    def close(self):
        self.stopping.set()
        self.thread.join(10)
        wasyncore.close_all(self.sockets)
        self.dispatcher.shutdown(timeout=5)


@pytest.fixture
def running():
    made = Running()
    yield made
    made.close()
