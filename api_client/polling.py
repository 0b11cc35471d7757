"""Polling for the result of a slow request, which the server answers with 202 and a Location."""

from __future__ import annotations

from dataclasses import replace

import httpx

from api_client.errors import ResponseInvalid, TimedOut
from api_client.retry import retry_after_seconds
from api_client.transport import Answer, Transport

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 10.0


def poll(transport: Transport, answer: Answer, *, within: float) -> Answer:
    """Poll the Location of a 202 response until the result is available, for at most `within` seconds.

    Retry-After is respected. Without it, the pause starts at half a second and grows. Raise ResponseInvalid for a 202
    without a Location or with one outside the account, and TimedOut if the deadline would pass.
    """
    clock = transport.retry
    deadline = clock.monotonic() + within
    pause = FIRST_PAUSE
    url: httpx.URL | None = None
    while answer.status == 202:
        url = _next_address(transport, answer) or url
        if url is None:
            raise ResponseInvalid("The API answered 202 without saying where to look.", operation=answer.call.name)
        asked = retry_after_seconds(answer.headers.get("retry-after"), now=clock.clock())
        wait = pause if asked is None else asked
        if clock.monotonic() + wait > deadline:
            raise TimedOut(f"No result within {within:g} seconds.", operation=answer.call.name)
        clock.sleep(wait)
        pause = min(pause * 1.5, LONGEST_PAUSE)
        answer = transport.send(replace(answer.call, method="GET", url=url, params=(), json=None, write=False))
    return answer


def _next_address(transport: Transport, answer: Answer) -> httpx.URL | None:
    location = answer.headers.get("location")
    if not location:
        return None
    return transport.scope.follow(location, base=answer.call.url, operation=answer.call.name)
