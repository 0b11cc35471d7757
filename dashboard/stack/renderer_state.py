"""What renderers tell of themselves in Redis, for the health check and the supervisor. The keys are the gateway's."""

import socket

import redis
from django.conf import settings

READY = "ready"
_SECONDS = 1


def renderer_state() -> str:
    """Return "ready", or why there are no previews, or an empty string if no renderer has told anything for a while.

    :raises redis.RedisError: Redis doesn't answer within a second.
    """
    return _told("state")


def renderer_tells() -> bool:
    """Return whether this host's renderer tells its state.

    While Redis can't be asked, nobody could: that counts as yes.
    """
    try:
        return bool(_told(f"told:{socket.gethostname()}"))
    except redis.RedisError:
        return True


def _told(part: str) -> str:
    options = {"socket_timeout": _SECONDS, "socket_connect_timeout": _SECONDS}
    with redis.Redis.from_url(settings.REDIS_URL, **options) as client:
        told = client.get(f"{settings.GATEWAY_PREVIEW_KEYS}:{part}")
    return told.decode(errors="replace") if isinstance(told, bytes) else str(told or "")
