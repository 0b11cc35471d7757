"""What the renderer tells of itself in Redis, for the health check and the supervisor. Its key is the gateway's."""

import redis
from django.conf import settings

READY = "ready"
_SECONDS = 1


def renderer_state() -> str:
    """Return "ready", or why there are no previews, or an empty string if no renderer has told anything for a while.

    :raises redis.RedisError: Redis doesn't answer within a second.
    """
    options = {"socket_timeout": _SECONDS, "socket_connect_timeout": _SECONDS}
    with redis.Redis.from_url(settings.REDIS_URL, **options) as client:
        told = client.get(f"{settings.GATEWAY_PREVIEW_KEYS}:state")
    return told.decode(errors="replace") if isinstance(told, bytes) else str(told or "")


def renderer_tells() -> bool:
    """Return whether the renderer tells its state. While Redis can't be asked, nobody could: that counts as yes."""
    try:
        return bool(renderer_state())
    except redis.RedisError:
        return True
