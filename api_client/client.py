"""The API client for one account on one server."""

from __future__ import annotations

import copy
from types import TracebackType

import httpx

from api_client.addressing import Scope
from api_client.rate_limit import RateLimit
from api_client.resources import (
    DeliveryQueue,
    Holds,
    Investigate,
    Marks,
    PhishGuard,
    Settings,
    Submissions,
    Tokens,
    WriteRequests,
)
from api_client.response_body import Limits
from api_client.retry import RetryPolicy
from api_client.transport import LatestRateLimit, Transport

TIMEOUT = httpx.Timeout(connect=5.0, read=30.0, write=30.0, pool=10.0)


class Client:
    """A typed, thread-safe client for the Cloudflare Email Security API.

    `base_url` ends in `/client/v4`. Credentials are an API `token`, or `email` with `key`. `timeout` is in seconds or
    an httpx.Timeout. `transport` replaces the network. `poll_seconds` is the longest time to wait for a slow search.
    Raise ValueError for invalid arguments. Operations raise ApiError.
    """

    def __init__(
        self,
        *,
        base_url: str,
        account_id: str,
        token: str | None = None,
        email: str | None = None,
        key: str | None = None,
        transport: httpx.BaseTransport | None = None,
        timeout: float | httpx.Timeout = TIMEOUT,
        retry: RetryPolicy | None = None,
        limits: Limits | None = None,
        poll_seconds: float = 60.0,
    ) -> None:
        self._newest = LatestRateLimit()
        self._poll_seconds = poll_seconds
        self._transport = Transport(
            http=httpx.Client(
                headers={**credentials(token=token, email=email, key=key), **HEADERS},
                transport=transport,
                timeout=timeout,
                follow_redirects=False,
            ),
            scope=Scope(base_url=base_url, account_id=account_id),
            retry=retry or RetryPolicy(),
            limits=limits or Limits(),
            newest=self._newest,
        )
        self.delivery_queue = DeliveryQueue(self._transport)
        self.holds = Holds(self._transport)
        self.marks = Marks(self._transport)
        self.investigate = Investigate(self._transport, poll_seconds=poll_seconds)
        self.phishguard = PhishGuard(self._transport)
        self.settings = Settings(self._transport)
        self.submissions = Submissions(self._transport)
        self.tokens = Tokens(self._transport)
        self.write_requests = WriteRequests(self._transport)

    @property
    def account_id(self) -> str:
        """The id of the account that all operations apply to."""
        return self._transport.scope.account_id

    @property
    def base_url(self) -> str:
        """The configured base URL, without a trailing slash."""
        return self._transport.scope.base_url

    @property
    def rate_limit(self) -> RateLimit | None:
        """The rate limit from the latest response that contained one, or None."""
        return self._newest.rate_limit

    def with_retry(self, retry: RetryPolicy) -> Client:
        """Return a copy of this client with another retry policy. It shares the connections and the rate limit."""
        view = copy.copy(self)
        view._transport = self._transport.with_retry(retry)
        view.delivery_queue = DeliveryQueue(view._transport)
        view.holds = Holds(view._transport)
        view.marks = Marks(view._transport)
        view.investigate = Investigate(view._transport, poll_seconds=self._poll_seconds)
        view.phishguard = PhishGuard(view._transport)
        view.settings = Settings(view._transport)
        view.submissions = Submissions(view._transport)
        view.tokens = Tokens(view._transport)
        view.write_requests = WriteRequests(view._transport)
        return view

    def close(self) -> None:
        """Close all connections."""
        self._transport.http.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client(base_url={self.base_url!r}, account_id={self.account_id!r})"


HEADERS = {"User-Agent": "gatehouse", "Accept-Encoding": "gzip"}


def credentials(*, token: str | None, email: str | None, key: str | None) -> dict[str, str]:
    """Return the authentication headers for a token, or for an email with a key.

    Raise ValueError for neither, both, or values that are not valid in a header.
    """
    given = [value for value in (token, email, key) if value is not None]
    if not all(value and value.isascii() and value.isprintable() and value == value.strip() for value in given):
        raise ValueError("Credentials must be printable ASCII without spaces around them.")
    if token is not None and email is None and key is None:
        return {"Authorization": f"Bearer {token}"}
    if token is None and email is not None and key is not None:
        return {"X-Auth-Email": email, "X-Auth-Key": key}
    raise ValueError("Give either a token, or an email with a key.")
