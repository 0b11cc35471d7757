"""The API as the gateway serves it, in this process, with faults on demand."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx

from gateway.transport import InProcessTransport

ACCOUNT = "0123456789abcdef0123456789abcdef"
Fault = Callable[[httpx.Request], httpx.Response]


class Api(httpx.BaseTransport):
    """Hands requests to the gateway, but for those that a fault was asked for: it answers once, `times` times."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self._faults: list[tuple[str, str, Fault, list[int]]] = []
        self._inner = InProcessTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        for method, pattern, fault, left in self._faults:
            if left[0] and request.method == method and re.search(pattern, request.url.path):
                left[0] -= 1
                return fault(request)
        return self._inner.handle_request(request)

    def fail(self, method: str, pattern: str, fault: Fault, *, times: int = 1) -> None:
        """Answer the next requests of this method, to a path that the pattern finds, with the fault."""
        self._faults.append((method, pattern, fault, [times]))

    def do_and_lose(self, request: httpx.Request) -> httpx.Response:
        """Carry the request out and lose its answer."""
        self._inner.handle_request(request)
        raise httpx.ReadTimeout("the answer was lost")

    def lose(self, _request: httpx.Request) -> httpx.Response:
        """Lose the request's answer, without having done anything."""
        raise httpx.ReadTimeout("the answer was lost")

    @property
    def asked(self) -> list[str]:
        """Method and last part of the path of each request."""
        return [f"{one.method} {one.url.path.partition('/settings/')[2]}" for one in self.requests]


def refusal(status: int, text: str, pointer: str = "") -> Fault:
    """Return a fault that refuses."""
    error = {"code": status, "message": text} | ({"source": {"pointer": pointer}} if pointer else {})
    body = {"success": False, "errors": [error], "messages": [], "result": None}
    return lambda _request: httpx.Response(status, json=body)


api = Api()


def transport() -> httpx.BaseTransport:
    """Return the transport that GATEHOUSE_API_TRANSPORT names in these tests."""
    return httpx.MockTransport(lambda request: api.handle_request(request))
