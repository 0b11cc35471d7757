"""The processes of the stack: their commands, environment and logs."""

import signal
import sys
from pathlib import Path

from django.conf import settings

from dashboard import environment
from dashboard.private_state import private_folder
from dashboard.stack.child import Child
from dashboard.stack.redis_server import find_redis, redis_command
from dashboard.stack.renderer_state import renderer_tells
from dashboard.task_kinds import LONG, SHORT


def port() -> int:
    """Return the port of the console."""
    return environment.integer("PORT", 8000, low=1, high=65535)


def bind() -> str:
    """Return the IP address that the web server listens on."""
    return str(settings.GATEHOUSE_BIND)


def own_redis() -> Child | None:
    """Return the Redis process of this stack, or None if REDIS_URL is set.

    :raises NoRedis: REDIS_URL is not set, and no Redis server is installed.
    :raises NotPrivate: the folder of its socket is another user's.
    """
    if environment.text("REDIS_URL"):
        return None
    folder = private_folder(settings.GATEHOUSE_HOME / "redis")
    private_folder(settings.REDIS_SOCKET.parent)
    command = redis_command(find_redis(), settings.REDIS_SOCKET, folder)
    return Child("redis", command, _log("redis"), death_signal=signal.SIGTERM)


def services() -> list[Child]:
    """Return web server, workers, sender, beat and renderer, and the embedded gateway's intake and delivery."""
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    celery = [sys.executable, "-m", "celery", "--app", "dashboard"]
    django = {"DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE, "GATEHOUSE_HOME": str(settings.GATEHOUSE_HOME)}
    # Soft shutdown of the Celery worker: running tasks get three seconds, unfinished ones return to the queue.
    soft = django | {"REMAP_SIGTERM": "SIGQUIT"}
    found = [
        Child("web", _web(), _log("web"), django),
        # Two, so that what takes long, however much of it there is, keeps nobody waiting.
        Child(
            "worker",
            [*celery, *_worker("long", LONG, environment.integer("JOB_WORKERS", 2, low=1, high=64))],
            _log("worker"),
            soft,
        ),
        Child(
            "short-worker",
            [*celery, *_worker("short", SHORT, environment.integer("SHORT_WORKERS", 2, low=1, high=64))],
            _log("short-worker"),
            soft,
        ),
        Child("sender", [*manage, "sender"], _log("sender"), django),
        Child("beat", [*celery, "beat", "--loglevel", "INFO", "--pidfile="], _log("beat"), django),
    ]
    if settings.GATEWAY_EMBEDDED:
        found.append(Child("intake", [*manage, "smtp_intake"], _log("intake"), django))
        found.append(Child("delivery", [*manage, "delivery"], _log("delivery"), django))
    # Previews are the gateway's; reports are drawn as PDF on every backend.
    found.append(Child("renderer", [*manage, "renderer"], _log("renderer"), django, tells=renderer_tells))
    if settings.GATEHOUSE_METRICS_PORT:
        found.append(Child("metrics", [*manage, "metrics"], _log("metrics"), django))
    return found


def _web() -> list[str]:
    address = f"[{bind()}]:{port()}" if ":" in bind() else f"{bind()}:{port()}"
    return [
        *(sys.executable, "-m", "gunicorn", "dashboard.wsgi"),
        *("--config", str(Path(__file__).with_name("gunicorn_config.py"))),
        *("--bind", address),
        *("--workers", str(environment.integer("WEB_WORKERS", 2, low=1, high=64))),
        *("--threads", str(environment.integer("WEB_THREADS", 8, low=1, high=256))),
        *("--worker-connections", str(environment.integer("WEB_CONNECTIONS", 400, low=16, high=20_000))),
        *("--worker-tmp-dir", str(settings.GATEHOUSE_HOME)),
    ]


def _worker(name: str, queues: tuple[str, ...], concurrency: int) -> list[str]:
    return [
        *("worker", "--hostname", f"{name}@%h", "--queues", ",".join(queues)),
        *("--loglevel", "INFO", "--concurrency", str(concurrency), "--without-gossip", "--without-mingle"),
    ]


def _log(name: str) -> Path:
    return Path(settings.GATEHOUSE_HOME) / "logs" / f"{name}.log"
