"""Health check `GET /healthz`: whether databases, object store, Redis, workers, processes and the disk are well."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis
from celery import current_app
from django.conf import settings
from django.core.files.storage import storages
from django.db import DatabaseError, connections
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from dashboard.selfcheck.services import self_check_state
from dashboard.stack.renderer_state import READY, renderer_state
from dashboard.stack.run_state import in_words, read_state
from dashboard.task_kinds import KINDS
from disk_space import free_bytes

SECONDS = 2
_REPLICA = "gateway_replica"
_ANSWER_KEPT_SECONDS = 1.0
# What answers for itself. Of the other processes, the supervisor tells how they are.
_ASKED_DIRECTLY = {"web", "redis", "worker"}


def _database(alias: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


def _redis() -> None:
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=SECONDS, socket_connect_timeout=SECONDS) as client:
        client.ping()


class NoWorker(Exception):
    """No worker answers for some kinds of tasks. The text names them."""


class _AllAnswered(Exception):
    """Nothing more needs to be heard."""


def _worker() -> None:
    """Ask all workers which tasks they take, until each kind has one."""
    missing = set(KINDS)

    def hear(answer: dict[str, Any]) -> None:
        for queues in answer.values():
            missing.difference_update(queue["name"] for queue in queues if isinstance(queue, dict))
        if not missing:
            raise _AllAnswered

    with suppress(_AllAnswered):
        current_app.control.broadcast("active_queues", reply=True, timeout=SECONDS, callback=hear)
    if missing:
        raise NoWorker(f"no worker answers for {', '.join(name for name in KINDS if name in missing)}")


def _raw_mail() -> None:
    """Ask the object store (gateway/store/s3_storage.py)."""
    storages["raw_mail"].ping(SECONDS)  # type: ignore[attr-defined] # a Storage has none


def _checks() -> dict[str, Callable[[], None]]:
    checks: dict[str, Callable[[], None]] = {"database": lambda: _database("default")}
    if settings.GATEWAY_EMBEDDED:
        checks["gateway_database"] = lambda: _database("gateway")
        if settings.GATEWAY_S3_BUCKET:
            checks["raw_mail"] = _raw_mail
    return checks | {"redis": _redis, "worker": _worker}


def _disk() -> str:
    free = free_bytes((Path(settings.GATEHOUSE_HOME),))
    if free >= settings.GATEHOUSE_FREE_BYTES:
        return "ok"
    return (
        f"missing: {free // 2**20} MB are free, GATEHOUSE_FREE_BYTES asks for {settings.GATEHOUSE_FREE_BYTES // 2**20}"
    )


def _states() -> dict[str, str]:
    """Return each part with "ok", or what is wrong with it."""
    parts = {"web": "ok"}
    for name, check in _checks().items():
        if name == "worker" and parts["redis"] != "ok":
            parts[name] = "unknown: it is reached through redis"
            continue
        try:
            check()
            parts[name] = "ok"
        except NoWorker as error:
            parts[name] = f"missing: {error}"
        except Exception as error:  # noqa: BLE001 - any error means that the part is missing, which is reported
            parts[name] = f"missing: {type(error).__name__}"
    for name, state in read_state().items():
        told = in_words(state)
        if name not in _ASKED_DIRECTLY or (parts.get(name) != "ok" and told != "ok"):
            parts[name] = told
    if parts.get("renderer", "ok") == "ok":
        parts["renderer"] = _renderer() if parts["redis"] == "ok" else "unknown: it is reached through redis"
    if _REPLICA in settings.DATABASES:
        parts["replica"] = _replica()
    if settings.GATEWAY_EMBEDDED and parts["database"] == "ok":
        parts["mail"] = self_check_state()
    return parts | {"disk": _disk()}


def _replica() -> str:
    """Return how the replica for searches stands. Without it the database itself is searched, and nothing is amiss."""
    try:
        with connections[_REPLICA].cursor() as cursor:
            cursor.execute("SELECT pg_is_in_recovery()")
            return "ok" if cursor.fetchone()[0] else "off: it is no replica"
    except DatabaseError as error:
        connections[_REPLICA].close()
        return f"off: {type(error).__name__}"


def _renderer() -> str:
    """Return how previews stand. Where the system has no jail for them they are off, and nothing is amiss."""
    try:
        state = renderer_state()
    except redis.RedisError as error:
        return f"missing: {type(error).__name__}"
    if not state:
        # Without it another backend loses no previews, and reports go out without their PDF.
        return "missing: it tells nothing" if settings.GATEWAY_EMBEDDED else "off: it tells nothing"
    return "ok" if state == READY else f"off: {state}"


@dataclass(slots=True)
class _Answer:
    """The last answer of this process: many who ask at once cause one check, and hold no thread each."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    parts: dict[str, str] = field(default_factory=dict)
    at: float = 0.0

    def current(self) -> dict[str, str]:
        """Return the parts, at most a second old; while somebody else checks, those of the check before."""
        is_first = not self.at
        if not self.lock.acquire(blocking=is_first):
            return self.parts
        try:
            if not self.at or time.monotonic() - self.at > _ANSWER_KEPT_SECONDS:
                self.parts, self.at = _states(), time.monotonic()
            return self.parts
        finally:
            self.lock.release()


_answer = _Answer()


@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """Return 200 if everything is well, or 503 with the names of the parts that are not."""
    parts = _answer.current()
    missing = [name for name, state in parts.items() if state != "ok" and not state.startswith("off: ")]
    body = {"status": "unavailable" if missing else "ok", "missing": missing, "parts": parts}
    return JsonResponse(body, status=503 if missing else 200)
