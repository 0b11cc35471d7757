"""httpx transport that counts each API call against the shared budget, and delays or rejects calls of workers."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx

from api_client.rate_limit import rate_limit_from
from api_client.retry import retry_after_seconds
from dashboard.pacing.budget import Budget
from dashboard.request_ids import HEADER, current_request_id

PATIENCE = 2.0
"""Longest time, in seconds, that a worker's call waits here. Longer waits are answered with 429."""

PAUSE_WITHOUT_RETRY_AFTER = 30.0


class PacedTransport(httpx.BaseTransport):
    """Wraps another transport. Calls of workers (`background`) wait for the budget; users' calls are only counted.

    A worker's call that would have to wait longer than PATIENCE is not sent. The transport answers it with 429 and
    Retry-After, so the caller handles it like a 429 from the API.
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        budget: Budget,
        *,
        background: bool,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._inner = inner
        self._budget = budget
        self._background = background
        self._sleep = sleep

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request once the budget allows it. Pause all workers if the response asks for it."""
        wait = self._budget.take(background=self._background)
        if 0 < wait <= PATIENCE:
            self._sleep(wait)
            wait = self._budget.take(background=self._background)
        if wait > 0:
            return _put_off(wait)
        if under_way := current_request_id():
            # Lines in the API's log, and in the embedded gateway's, can be found by the request that caused the call.
            request.headers.setdefault(HEADER, under_way)
        response = self._inner.handle_request(request)
        if response.status_code == 429:
            asked = retry_after_seconds(response.headers.get("retry-after"), now=time.time())
            self._budget.pause(PAUSE_WITHOUT_RETRY_AFTER if asked is None else asked)
        elif self._background or self._budget.rate:
            self._budget.heed(rate_limit_from(response.headers, now=time.time()))
        return response

    def close(self) -> None:
        """Close the wrapped transport."""
        self._inner.close()


def _put_off(wait: float) -> httpx.Response:
    message = "The calls that workers may make are used up for now; the rest is left to people."
    return httpx.Response(
        429,
        headers={"Retry-After": f"{wait:.3f}"},
        json={"success": False, "errors": [{"code": 429, "message": message}], "messages": [], "result": None},
    )
