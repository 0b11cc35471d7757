"""What really happens on a connection: dropped, refused, slow, kept."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from api_client import ApiError, Client, ConnectionFailed, Limits, OutcomeUnknown, RetryPolicy, TimedOut
from tests.api_client.conftest import ACCOUNT

WHOLE = json.dumps({"success": True, "errors": [], "messages": [], "result": []}).encode()


class Handler(BaseHTTPRequestHandler):
    """Does to a request what the server's `behaviour` says."""

    protocol_version = "HTTP/1.1"
    server: RudeServer

    def do_GET(self) -> None:
        self.act()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.act()

    def act(self) -> None:
        self.server.seen.append((self.command, self.client_address[1]))
        getattr(self, self.server.behaviour)()

    def begin(self, length: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        if length is not None:
            self.send_header("Content-Length", str(length))
        else:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()

    def whole(self) -> None:
        self.begin(len(WHOLE))
        self.wfile.write(WHOLE)

    def drop_in_the_body(self) -> None:
        self.begin(len(WHOLE))
        self.wfile.write(WHOLE[:20])
        self.close_connection = True

    def drop_without_a_length(self) -> None:
        self.begin()
        self.wfile.write(WHOLE[:20])

    def drop_at_once(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def slow(self) -> None:
        self.server.released.wait(10)
        self.close_connection = True

    def drip(self) -> None:
        self.begin(len(WHOLE))
        for at in range(len(WHOLE)):
            if self.server.released.wait(0.05):
                break
            try:
                self.wfile.write(WHOLE[at : at + 1])
            except OSError:
                break
        self.close_connection = True

    def log_message(self, *args: object) -> None:
        """Keep the test's output clean."""


class RudeServer(ThreadingHTTPServer):
    behaviour = "whole"
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[tuple[str, int]] = []
        self.released = threading.Event()


@pytest.fixture
def rude() -> Iterator[RudeServer]:
    with RudeServer() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.released.set()
        running.shutdown()
        thread.join()


def client_of(port: int, **settings: object) -> Client:
    return Client(
        base_url=f"http://127.0.0.1:{port}/client/v4",
        account_id=ACCOUNT,
        token="t",
        timeout=0.3,
        retry=RetryPolicy(attempts=2, sleep=lambda _: None),
        **settings,
    )


@pytest.fixture
def client(rude: RudeServer) -> Iterator[Client]:
    with client_of(rude.server_port) as made:
        yield made


def test_connections_are_kept(client: Client, rude: RudeServer) -> None:
    for _ in range(3):
        assert client.investigate.action_log.list("a") == []
    assert len({port for _, port in rude.seen}) == 1


@pytest.mark.parametrize("behaviour", ["drop_in_the_body", "drop_at_once"])
def test_a_dropped_read_is_tried_again_and_then_failed(client: Client, rude: RudeServer, behaviour: str) -> None:
    rude.behaviour = behaviour
    with pytest.raises(ConnectionFailed) as caught:
        client.investigate.action_log.list("a")
    assert not caught.value.outcome_unknown
    assert len(rude.seen) == 2


@pytest.mark.parametrize("behaviour", ["drop_in_the_body", "drop_without_a_length", "drop_at_once", "slow"])
def test_a_write_whose_answer_is_lost_is_sent_once(client: Client, rude: RudeServer, behaviour: str) -> None:
    rude.behaviour = behaviour
    with pytest.raises(OutcomeUnknown):
        client.investigate.release.bulk(ids=["a"])
    assert [method for method, _ in rude.seen] == ["POST"]


def test_a_slow_read_times_out(client: Client, rude: RudeServer) -> None:
    rude.behaviour = "slow"
    with pytest.raises(TimedOut):
        client.investigate.action_log.list("a")
    assert len(rude.seen) == 2


@pytest.mark.parametrize("write", [False, True])
def test_a_body_that_drips_in_is_cut_off_in_time(rude: RudeServer, write: bool) -> None:
    rude.behaviour = "drip"
    began = time.monotonic()
    with client_of(rude.server_port, limits=Limits(body_seconds=0.3)) as client, pytest.raises(ApiError) as caught:
        client.investigate.release.bulk(ids=["a"]) if write else client.investigate.action_log.list("a")
    assert type(caught.value) is (OutcomeUnknown if write else TimedOut)
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("write", [False, True])
def test_a_refused_connection_is_certain(write: bool) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with client_of(port) as client, pytest.raises(ConnectionFailed) as caught:
        client.investigate.release.bulk(ids=["a"]) if write else client.investigate.action_log.list("a")
    assert not caught.value.outcome_unknown
