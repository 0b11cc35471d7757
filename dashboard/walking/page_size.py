"""How large the pages of long walks are: up to 10,000 messages, unless the API refuses that many.

The reference of the API says 1,000, its changelog 10,000. So the larger size is tried, and a refusal is remembered for
each backend: in Redis for all processes, and in this process while Redis can't be reached.
"""

from __future__ import annotations

import time

import redis
from django.conf import settings
from django.core.cache import cache

from dashboard.backend import backend_fingerprint

SMALL = 1000
LARGE = 10_000
REMEMBERED_SECONDS = 7 * 24 * 3600

_refused: dict[str, float] = {}


def largest_page() -> int:
    """Return how many messages a page of a long walk may have. In process, calls cost nothing and memory does."""
    if settings.GATEWAY_EMBEDDED:
        return SMALL
    return SMALL if _is_refused(backend_fingerprint()) else LARGE


def note_refusal() -> None:
    """Remember that the configured API refuses large pages."""
    name = backend_fingerprint()
    _refused[name] = time.monotonic()
    try:
        cache.set(_key(name), 1, REMEMBERED_SECONDS)
    except redis.RedisError:
        return


def _is_refused(name: str) -> bool:
    if time.monotonic() - _refused.get(name, -REMEMBERED_SECONDS) < REMEMBERED_SECONDS:
        return True
    try:
        return bool(cache.get(_key(name)))
    except redis.RedisError:
        return False


def _key(name: str) -> str:
    return f"gatehouse:large-pages-refused:{name}"
