"""The gateway's own transport, wrapped in one that injects faults into what workers ask.

Only calls from within a task fail. A fault comes before the gateway has done anything, or after it has done all of it;
the caller can't tell which. What people ask from the web server is left alone: somebody sits there and would try again.
"""

import os
from collections.abc import Callable
from pathlib import Path
from random import Random

import httpx
from celery import current_task
from django.conf import settings

from gateway.transport import InProcessTransport

RATE = 0.2


class FaultyTransport(httpx.BaseTransport):
    """Answers from the gateway, but for every fifth request or so of a worker."""

    def __init__(self) -> None:
        self._inner = InProcessTransport()
        self._chances: dict[int, Random] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        chance = self._chance()
        if not current_task or chance.random() >= RATE or not (Path(settings.GATEHOUSE_HOME) / "faults").exists():
            return self._inner.handle_request(request)
        fault = chance.choice(FAULTS)
        return fault(self._inner, request, chance)

    def _chance(self) -> Random:
        """Give this process's own chance: a fork must not repeat its parent's."""
        pid = os.getpid()
        if pid not in self._chances:
            self._chances[pid] = Random(f"{os.environ.get('FAULTS_SEED', '0')}:{pid}")
        return self._chances[pid]


Fault = Callable[[httpx.BaseTransport, httpx.Request, Random], httpx.Response]


def _refusal(request: httpx.Request, status: int, **headers: str) -> httpx.Response:
    body = {
        "success": False,
        "errors": [{"code": 1000, "message": "An injected fault."}],
        "messages": [],
        "result": None,
    }
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json=body, headers=named, request=request)


def too_many(inner: httpx.BaseTransport, request: httpx.Request, chance: Random) -> httpx.Response:
    return _refusal(request, 429, retry_after=f"{chance.uniform(0.05, 0.4):.2f}")


def fails_before(inner: httpx.BaseTransport, request: httpx.Request, chance: Random) -> httpx.Response:
    return _refusal(request, chance.choice([500, 502, 503]))


def fails_after(inner: httpx.BaseTransport, request: httpx.Request, chance: Random) -> httpx.Response:
    inner.handle_request(request)
    return _refusal(request, chance.choice([500, 502, 504]))


def times_out_before(inner: httpx.BaseTransport, request: httpx.Request, chance: Random) -> httpx.Response:
    raise httpx.ReadTimeout("injected: no answer", request=request)


def times_out_after(inner: httpx.BaseTransport, request: httpx.Request, chance: Random) -> httpx.Response:
    inner.handle_request(request)
    raise httpx.ReadTimeout("injected: the answer was lost", request=request)


def breaks_off(inner: httpx.BaseTransport, request: httpx.Request, chance: Random) -> httpx.Response:
    inner.handle_request(request)
    raise httpx.RemoteProtocolError("injected: peer closed connection without sending complete message body")


def truncates(inner: httpx.BaseTransport, request: httpx.Request, chance: Random) -> httpx.Response:
    answer = inner.handle_request(request)
    whole = answer.read()
    part = whole[: chance.randrange(len(whole))] if whole else b""
    return httpx.Response(
        answer.status_code, content=part, headers={"content-type": "application/json"}, request=request
    )


def refuses_connection(inner: httpx.BaseTransport, request: httpx.Request, chance: Random) -> httpx.Response:
    raise httpx.ConnectError("injected: connection refused", request=request)


FAULTS: list[Fault] = [
    too_many,
    fails_before,
    fails_after,
    times_out_before,
    times_out_after,
    breaks_off,
    truncates,
    refuses_connection,
]
