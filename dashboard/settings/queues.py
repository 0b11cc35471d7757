"""Redis, the caches in it, and Celery. docs/operations.md explains why each of these is set."""

from typing import Any

from dashboard import environment
from dashboard.home import redis_socket
from dashboard.schedule import beat_schedule
from dashboard.settings.backend import GATEWAY_EMBEDDED
from dashboard.settings.installation import GATEHOUSE_HOME
from dashboard.settings.work import GATEHOUSE_JOB_LEASE
from dashboard.task_kinds import task_queues, task_routes

REDIS_SOCKET = redis_socket(GATEHOUSE_HOME)
REDIS_URL = environment.text("REDIS_URL") or f"unix://{REDIS_SOCKET}?db=0"


def _broker_url(url: str) -> str:
    """Return a Redis URL in Celery's format: kombu has its own format for a unix socket and its database."""
    if not url.startswith("unix://"):
        return url
    path, _, query = url.removeprefix("unix://").partition("?")
    number = next((part[3:] for part in query.split("&") if part.startswith("db=")), "0")
    return f"redis+socket://{path}?virtual_host={number}"


CELERY_BROKER_URL = _broker_url(REDIS_URL)
CELERY_TASK_QUEUES = task_queues()
CELERY_TASK_ROUTES = task_routes()
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0.1, "interval_step": 0.2}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 3
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "health_check_interval": 25,
}
CELERY_BEAT_SCHEDULE_FILENAME = str(GATEHOUSE_HOME / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = beat_schedule(lease=GATEHOUSE_JOB_LEASE, embedded=GATEWAY_EMBEDDED)


# Failed sign-ins are counted in the cache, so all web processes must share it.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 5, "socket_connect_timeout": 2},
    },
    # Where failed sign-ins are counted while Redis can't be reached.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 10_000}},
}
