"""Health check `GET /healthz`: reports whether the databases, Redis and a worker respond."""

from collections.abc import Callable

import redis
from celery import current_app
from django.conf import settings
from django.db import connections
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

SECONDS = 2


def _database(alias: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


def _redis() -> None:
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=SECONDS, socket_connect_timeout=SECONDS) as client:
        client.ping()


def _worker() -> None:
    if not current_app.control.inspect(timeout=SECONDS, limit=1).ping():
        raise RuntimeError("no worker answered")


def _checks() -> dict[str, Callable[[], None]]:
    checks: dict[str, Callable[[], None]] = {"database": lambda: _database("default")}
    if settings.GATEWAY_EMBEDDED:
        checks["gateway_database"] = lambda: _database("gateway")
    return checks | {"redis": _redis, "worker": _worker}


@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """Return 200 if databases, Redis and a worker respond, or 503 with the names of those that do not."""
    parts = {"web": "ok"}
    for name, check in _checks().items():
        if name == "worker" and parts["redis"] != "ok":
            parts[name] = "unknown: it is reached through redis"
            continue
        try:
            check()
            parts[name] = "ok"
        except Exception as error:  # noqa: BLE001 - any error means that the part is missing, which is reported
            parts[name] = f"missing: {type(error).__name__}"
    missing = [name for name, state in parts.items() if state != "ok"]
    body = {"status": "unavailable" if missing else "ok", "missing": missing, "parts": parts}
    return JsonResponse(body, status=503 if missing else 200)
