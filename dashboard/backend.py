"""The backend that the console speaks to: one API, one account, named by settings."""

import hashlib
import os
import threading
from collections.abc import Callable
from urllib.request import getproxies_environment, proxy_bypass

import httpx
from django.conf import settings
from django.utils.module_loading import import_string

from api_client import Client, RetryPolicy
from dashboard.pacing.budget import Budget
from dashboard.pacing.transport import PacedTransport

# Somebody waits for the page: a short hiccup is bridged, a longer one is told. Jobs take a policy of their own with
# `with_retry`.
INTERACTIVE = RetryPolicy(attempts=3, base=0.2, cap=1.0, longest_wait=1.0)

_clients: dict[tuple[object, ...], Client] = {}
_lock = threading.Lock()


# Nobody waits: a worker comes back to what failed, so one call bridges a hiccup and no more.
BACKGROUND = RetryPolicy(attempts=3, base=0.5, cap=4.0, longest_wait=2.0)

_budgets: dict[tuple[object, ...], Budget] = {}


def api_client_for_console() -> Client:
    """Return the process's client of the configured API, for calls that a person waits for.

    Its connections are shared by the threads and reused. A process that was forked, and a test that changed the
    settings, get a client of their own.
    """
    return _client(INTERACTIVE, background=False)


def api_client_for_background() -> Client:
    """Return the process's client for workers, whose calls are taken from the budget that all workers share.

    It leaves a part of the budget to people, and stands still while any process was asked to pause. A call that would
    have to wait for more than a few seconds raises RateLimited with `retry_after`, and was not made.
    """
    return _client(BACKGROUND, background=True)


def api_budget() -> Budget:
    """Return the budget of calls to the configured API, shared by all processes through Redis."""
    key = (settings.REDIS_URL, backend_fingerprint(), settings.GATEHOUSE_API_BUDGET)
    with _lock:
        if key not in _budgets:
            _budgets[key] = Budget(url=key[0], name=key[1], rate=key[2])
        return _budgets[key]


def _client(retry: RetryPolicy, *, background: bool) -> Client:
    key = (
        os.getpid(),
        settings.CLOUDFLARE_BASE_URL,
        settings.CLOUDFLARE_ACCOUNT_ID,
        settings.CLOUDFLARE_API_TOKEN,
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
                token=settings.CLOUDFLARE_API_TOKEN,
                transport=PacedTransport(_transport(), budget, background=background),
                timeout=settings.GATEHOUSE_API_TIMEOUT,
                poll_seconds=settings.GATEHOUSE_API_TIMEOUT,
                retry=retry,
            )
        return _clients[key]


def _transport() -> httpx.BaseTransport:
    """Return the transport that the settings name by dotted path, else one of real HTTP."""
    path = settings.GATEHOUSE_API_TRANSPORT
    if not path:
        return httpx.HTTPTransport(proxy=_proxy(httpx.URL(settings.CLOUDFLARE_BASE_URL)))
    factory: Callable[[], httpx.BaseTransport] = import_string(path)
    return factory()


def _proxy(url: httpx.URL) -> str | None:
    """Return the proxy that the environment names for this address, as httpx does by itself without a transport."""
    if proxy_bypass(url.host):
        return None
    proxies = getproxies_environment()
    return proxies.get(url.scheme) or proxies.get("all")


def backend_account_id() -> str:
    """Return the account whose mail is shown."""
    return str(settings.CLOUDFLARE_ACCOUNT_ID)


def backend_fingerprint() -> str:
    """Return 16 hexadecimal digits that stay the same for this API and account and differ for any other."""
    identity = f"{settings.CLOUDFLARE_BASE_URL.rstrip('/')}\n{settings.CLOUDFLARE_ACCOUNT_ID}"
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


def backend_is_embedded() -> bool:
    """Tell whether the API is the gateway in this process rather than one reached over HTTP."""
    return bool(settings.GATEHOUSE_API_TRANSPORT)
