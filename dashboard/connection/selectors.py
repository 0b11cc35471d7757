"""Status of the API connection, the token's rights, and the console's services. Each check has a timeout."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import redis
from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connections

from api_client import ApiError, Forbidden
from api_client.errors import BadRequest, Unauthorized
from api_client.rate_limit import RateLimit
from dashboard.backend import (
    api_budget,
    api_client_for_console,
    backend_account_id,
    backend_fingerprint,
    backend_is_embedded,
)
from dashboard.jobs.models import Job
from dashboard.pacing.budget import Use
from dashboard.problems import Problem, problem_of
from dashboard.task_kinds import QUEUES

SECONDS = 2
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Backend:
    """The API that the console is connected to, its rate limit, and the use of the call budget."""

    is_embedded: bool
    base_url: str
    account_id: str
    fingerprint: str
    rate_limit: RateLimit | None
    use: Use | None


@dataclass(frozen=True, slots=True)
class Rights:
    """The rights of the API token. None means that the right could not be determined."""

    may_read: bool | None
    may_write: bool | None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """Status of workers, queue, databases and disk. None means that the service did not respond."""

    workers: list[str] | None
    queued: int | None
    open_jobs: int | None
    databases: list[tuple[str, str]]
    home: str
    disk_free: int
    disk_size: int

    @property
    def disk_percent(self) -> int:
        """Used disk space in percent."""
        return round(100 * (self.disk_size - self.disk_free) / self.disk_size) if self.disk_size else 0


def backend() -> Backend:
    """Return the configured API and the use of its call budget. No API request is made."""
    return Backend(
        is_embedded=backend_is_embedded(),
        base_url=settings.CLOUDFLARE_BASE_URL,
        account_id=backend_account_id(),
        fingerprint=backend_fingerprint(),
        rate_limit=api_client_for_console().rate_limit,
        use=api_budget().use(),
    )


def rights() -> Rights:
    """Test the API token by listing one entry, and by sending an empty batch, which writes nothing."""
    client = api_client_for_console()
    try:
        client.settings.block_senders.list(per_page=1)
    except (Forbidden, Unauthorized) as error:
        return Rights(may_read=False, may_write=None, problem=problem_of(error))
    except ApiError as error:
        return Rights(may_read=None, may_write=None, problem=problem_of(error))
    try:
        client.settings.block_senders.batch()
    except Forbidden:
        return Rights(may_read=True, may_write=False)
    except BadRequest:
        # The batch was refused because it is empty, so the token passed the permission check.
        return Rights(may_read=True, may_write=True)
    except ApiError as error:
        return Rights(may_read=True, may_write=None, problem=problem_of(error))
    return Rights(may_read=True, may_write=True)


def parts() -> Parts:
    """Return the status of workers, broker, databases and disk."""
    home = Path(settings.GATEHOUSE_HOME)
    usage = shutil.disk_usage(home)
    queued = _answer(_queued)
    return Parts(
        workers=_answer(_workers) if queued is not None else None,
        queued=queued,
        open_jobs=_answer(lambda: Job.objects.filter(finished_at=None).count()),
        databases=[(alias, _database(alias)) for alias in _databases()],
        home=str(home),
        disk_free=usage.free,
        disk_size=usage.total,
    )


def _answer(ask: Callable[[], T]) -> T | None:
    try:
        return ask()
    except (redis.RedisError, OSError, DatabaseError):
        return None


def _workers() -> list[str]:
    answers: Any = current_app.control.inspect(timeout=SECONDS).ping() or {}
    return sorted(answers)


def _queued() -> int:
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=SECONDS, socket_connect_timeout=SECONDS) as server:
        # Each of Celery's queues is a Redis list of its name.
        return sum(int(server.llen(queue)) for queue in QUEUES)


def _databases() -> list[str]:
    return ["default", "gateway"] if settings.GATEWAY_EMBEDDED else ["default"]


def _database(alias: str) -> str:
    connection = connections[alias]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return "does not answer"
    return str(connection.vendor)
