"""Execution of API calls in three layers: send the request, check the response, retry.

A read is retried after 429, 5xx, a failed connection or a timeout. A write is retried only if the server certainly did
not execute it: if no connection could be made, or if the server refused it with 429.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx

from api_client.addressing import Scope
from api_client.envelope import ParsedEnvelope, is_whole_json, open_envelope, open_parted
from api_client.errors import (
    ApiError,
    ConnectionFailed,
    OutcomeUnknown,
    RateLimited,
    ResponseInvalid,
    ServerError,
    StatusError,
    TimedOut,
    status_error_class,
)
from api_client.rate_limit import RateLimit, rate_limit_from
from api_client.response_body import Limits, receive
from api_client.retry import RetryPolicy, retry_after_seconds

MAIL = "message/rfc822"

# Errors that httpx raises before any part of the request was sent.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


@dataclass(frozen=True, slots=True)
class Call:
    """One API call. `write` means that it must not be executed twice. `name` is METHOD and path, for errors.

    `is_parted` leaves the entries of the result as raw JSON.
    """

    method: str
    url: httpx.URL
    name: str
    write: bool
    params: tuple[tuple[str, str], ...] = ()
    json: Mapping[str, Any] | Sequence[Any] | None = None
    accept: str = "application/json"
    is_parted: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful response: status, headers and the whole body, which is empty if its entries are left as raw JSON.

    `media_type` is in lower case, without parameters. `opened` is the envelope, or None for raw mail.
    """

    call: Call
    status: int
    headers: httpx.Headers
    body: bytes
    media_type: str
    opened: ParsedEnvelope | None

    @classmethod
    def of(cls, call: Call, response: httpx.Response, received: memoryview) -> Answer:
        """Create an answer from a response. A body of raw mail is never parsed as an envelope."""
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if call.is_parted:
            return cls(call, response.status_code, response.headers, b"", media_type, open_parted(received))
        body = bytes(received)
        opened = None if media_type == MAIL else open_envelope(body)
        return cls(call, response.status_code, response.headers, body, media_type, opened)

    @property
    def envelope(self) -> ParsedEnvelope:
        """The envelope. Raise ResponseInvalid if the response has none."""
        if self.opened is None:
            raise ResponseInvalid(
                "The answer is not the API's envelope.", operation=self.call.name, outcome_unknown=self.call.write
            )
        return self.opened


class LatestRateLimit:
    """Holder of the latest rate limit, shared by all copies of one client."""

    rate_limit: RateLimit | None = None


@dataclass(frozen=True, slots=True)
class Transport:
    """Executes calls over one connection pool. It is thread-safe."""

    http: httpx.Client
    scope: Scope
    retry: RetryPolicy
    limits: Limits
    newest: LatestRateLimit

    def with_retry(self, retry: RetryPolicy) -> Transport:
        """Return the same transport with another retry policy."""
        return replace(self, retry=retry)

    def send(self, call: Call) -> Answer:
        """Execute a call, with retries where they are safe. Raise ApiError."""
        attempt = 0
        while True:
            attempt += 1
            try:
                return self._check(call, self._request(call))
            except ApiError as error:
                pause = self._pause_before_repeat(call, error, attempt)
                if pause is None:
                    raise
            self.retry.sleep(pause)

    def _pause_before_repeat(self, call: Call, error: ApiError, attempt: int) -> float | None:
        certain = isinstance(error, ConnectionFailed | RateLimited)
        if not certain and (call.write or not isinstance(error, ServerError | TimedOut)):
            return None
        return self.retry.pause(attempt, error.retry_after if isinstance(error, StatusError) else None)

    def _request(self, call: Call) -> tuple[httpx.Response, memoryview]:
        request = self.http.build_request(
            call.method, call.url, params=call.params or None, json=call.json, headers={"Accept": call.accept}
        )
        try:
            response = self.http.send(request, stream=True, follow_redirects=False)
            return response, receive(response, call.name, call.write, self.limits, self.retry.monotonic)
        except NOT_SENT as error:
            raise ConnectionFailed(f"No connection: {_said(error)}.", operation=call.name) from error
        except httpx.HTTPError as error:
            raise self._lost(call, error) from error

    def _lost(self, call: Call, error: httpx.HTTPError) -> ApiError:
        if call.write:
            return OutcomeUnknown(f"The answer was lost: {_said(error)}.", operation=call.name)
        if isinstance(error, httpx.TimeoutException):
            return TimedOut("The server took too long to answer.", operation=call.name)
        if isinstance(error, httpx.DecodingError):
            return ResponseInvalid("The answer's compression is damaged.", operation=call.name)
        return ConnectionFailed(f"The connection broke: {_said(error)}.", operation=call.name)

    def _check(self, call: Call, received: tuple[httpx.Response, memoryview]) -> Answer:
        response, body = received
        now = self.retry.clock()
        self.newest.rate_limit = rate_limit_from(response.headers, now=now) or self.newest.rate_limit
        answer = Answer.of(call, response, body)
        opened = answer.opened
        if response.status_code >= 400 or (opened is not None and not opened.success):
            raise status_error_class(response.status_code)(
                status=response.status_code,
                errors=opened.errors if opened else (),
                operation=call.name,
                retry_after=retry_after_seconds(response.headers.get("retry-after"), now=now),
                outcome_unknown=call.write and response.status_code >= 500,
            )
        if not response.is_success:
            raise ResponseInvalid(
                f"The API answered HTTP {response.status_code}, which leads elsewhere and is not followed.",
                operation=call.name,
                outcome_unknown=call.write,
            )
        if opened is None and answer.media_type != MAIL and answer.status != 204:
            raise self._unreadable(call, answer.body)
        return answer

    def _unreadable(self, call: Call, body: bytes) -> ApiError:
        if call.write and not is_whole_json(body):
            return OutcomeUnknown("The answer was cut off or is not JSON.", operation=call.name)
        return ResponseInvalid("The answer is not the API's envelope.", operation=call.name, outcome_unknown=call.write)


def _said(error: Exception) -> str:
    return str(error).strip(" .") or type(error).__name__
