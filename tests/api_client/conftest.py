"""A server that answers what a test told it to, at the transport."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from api_client import Client, RetryPolicy

ACCOUNT = "0" * 31 + "a"
BASE = "http://gateway.example/client/v4"
PREFIX = f"/client/v4/accounts/{ACCOUNT}/email-security"

Step = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


def enveloped(result: Any, *, status: int = 200, info: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
    """A successful answer in the envelope."""
    body: dict[str, Any] = {"success": True, "errors": [], "messages": [], "result": result}
    if info is not None:
        body["result_info"] = info
    return httpx.Response(status, json=body, headers={name.replace("_", "-"): text for name, text in headers.items()})


def refused(status: int, message: str = "No.", *, code: int = 1001, **headers: str) -> httpx.Response:
    """A failure in the envelope."""
    body = {"success": False, "errors": [{"code": code, "message": message}], "messages": [], "result": None}
    return httpx.Response(status, json=body, headers={name.replace("_", "-"): text for name, text in headers.items()})


class Server:
    """Plays its steps in order; a request beyond them fails the test."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.requests: list[httpx.Request] = []

    def will(self, *steps: Step) -> None:
        self.steps += steps

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        assert self.steps, f"Unexpected request: {request.method} {request.url}"
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return step if isinstance(step, httpx.Response) else step(request)

    @property
    def last(self) -> httpx.Request:
        return self.requests[-1]

    @property
    def sent(self) -> Any:
        """The JSON body of the newest request."""
        return json.loads(self.last.content)


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def read(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def policy(clock: Clock) -> RetryPolicy:
    return RetryPolicy(
        attempts=3, base=1.0, cap=8.0, sleep=clock.sleep, random=lambda: 0.5, clock=clock.read, monotonic=clock.read
    )


@pytest.fixture
def server() -> Iterator[Server]:
    playing = Server()
    yield playing
    assert not playing.steps, f"{len(playing.steps)} expected requests never came."


@pytest.fixture
def client(server: Server, policy: RetryPolicy) -> Iterator[Client]:
    with Client(
        base_url=BASE, account_id=ACCOUNT, token="t0ken", transport=httpx.MockTransport(server), retry=policy
    ) as made:
        yield made


@pytest.fixture
def message() -> dict[str, Any]:
    """The least that the contract requires of a message, without anything deprecated."""
    return {
        "id": "4Njp3P0STMz2c02Q-2026-01-05T10:00:00-12345678",
        "postfix_id": "4Njp3P0STMz2c02Q",
        "client_recipients": ["anna@acme.example"],
        "detection_reasons": ["Look-alike domain"],
        "is_phish_submission": False,
        "is_quarantined": True,
        "properties": {},
    }
