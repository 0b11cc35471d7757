"""API clients for the configured backend, which is one API with one account, and the backend's identity."""

import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.request import getproxies_environment, proxy_bypass

import httpx
from django.conf import settings
from django.utils.module_loading import import_string

from api_client import Client, RetryPolicy
from dashboard.pacing.budget import Budget
from dashboard.pacing.transport import PacedTransport

# For requests that a user waits for: short failures are retried, longer ones are shown. Jobs use their own policy with
# `with_retry`.
INTERACTIVE = RetryPolicy(attempts=3, base=0.2, cap=1.0, longest_wait=1.0)

_tokens: dict[str, object] = {}
_clients: dict[tuple[object, ...], Client] = {}
_lock = threading.Lock()


# For workers. They retry failed work later themselves, so a single call only bridges short failures.
BACKGROUND = RetryPolicy(attempts=3, base=0.5, cap=4.0, longest_wait=2.0)

_budgets: dict[tuple[object, ...], Budget] = {}


def api_client_for_console() -> Client:
    """Return the client of the configured API for requests that a user waits for.

    All threads of the process share the client and its connections. A forked process, or a test that changes the
    settings, gets a new client.
    """
    return _client(INTERACTIVE, background=False)


def api_client_for_background() -> Client:
    """Return the client of the configured API for workers, limited by the budget that all processes share.

    It leaves a share of the budget to signed-in users, and pauses after the API asked any process to pause. A call
    that would have to wait for more than a few seconds is not sent: it raises RateLimited with `retry_after`.
    """
    return _client(BACKGROUND, background=True)


def api_budget() -> Budget:
    """Return the call budget of the configured API, which all processes share through Redis."""
    key = (settings.REDIS_URL, backend_fingerprint(), settings.GATEHOUSE_API_BUDGET)
    with _lock:
        if key not in _budgets:
            _budgets[key] = Budget(url=key[0], name=key[1], rate=key[2])
        return _budgets[key]


def api_token() -> str:
    """Return the API token. If it was rotated since this process started, it is read again from `keys/`."""
    path: Path | None = settings.GATEHOUSE_API_TOKEN_FILE
    if path is None:
        return str(settings.CLOUDFLARE_API_TOKEN)
    try:
        state = path.stat()
        version = (str(path), state.st_ino, state.st_mtime_ns)
        if _tokens.get("version") != version:
            _tokens.update(version=version, token=path.read_text().strip())
        return str(_tokens["token"]) or str(settings.CLOUDFLARE_API_TOKEN)
    except OSError:
        return str(settings.CLOUDFLARE_API_TOKEN)


def _client(retry: RetryPolicy, *, background: bool) -> Client:
    token = api_token()
    key = (
        os.getpid(),
        settings.CLOUDFLARE_BASE_URL,
        settings.CLOUDFLARE_ACCOUNT_ID,
        token,
        settings.GATEHOUSE_API_TRANSPORT,
        settings.GATEHOUSE_API_TIMEOUT,
        settings.GATEHOUSE_API_BUDGET,
        settings.REDIS_URL,
        background,
    )
    budget = api_budget()
    with _lock:
        if key not in _clients:
            _clients[key] = Client(
                base_url=settings.CLOUDFLARE_BASE_URL,
                account_id=settings.CLOUDFLARE_ACCOUNT_ID,
                token=token,
                transport=PacedTransport(_transport(), budget, background=background),
                timeout=settings.GATEHOUSE_API_TIMEOUT,
                poll_seconds=settings.GATEHOUSE_API_TIMEOUT,
                retry=retry,
            )
        return _clients[key]


def _transport() -> httpx.BaseTransport:
    """Return the transport that GATEHOUSE_API_TRANSPORT names by dotted path, or else an HTTP transport."""
    path = settings.GATEHOUSE_API_TRANSPORT
    if not path:
        return httpx.HTTPTransport(proxy=_proxy(httpx.URL(settings.CLOUDFLARE_BASE_URL)))
    factory: Callable[[], httpx.BaseTransport] = import_string(path)
    return factory()


def _proxy(url: httpx.URL) -> str | None:
    """Return the proxy that the environment configures for this URL.

    httpx reads these variables itself only if no transport is passed to it.
    """
    if proxy_bypass(url.host):
        return None
    proxies = getproxies_environment()
    return proxies.get(url.scheme) or proxies.get("all")


def backend_account_id() -> str:
    """Return the id of the configured account."""
    return str(settings.CLOUDFLARE_ACCOUNT_ID)


def backend_fingerprint() -> str:
    """Return 16 hexadecimal digits that identify the configured API and account."""
    identity = f"{settings.CLOUDFLARE_BASE_URL.rstrip('/')}\n{settings.CLOUDFLARE_ACCOUNT_ID}"
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


def backend_is_embedded() -> bool:
    """Return whether the API is the embedded gateway in this process, rather than one reached over HTTP."""
    return bool(settings.GATEHOUSE_API_TRANSPORT)
