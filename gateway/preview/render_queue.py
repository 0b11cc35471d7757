"""The queue between the API and the preview renderer, in Redis.

One list holds the requests. Each reply has its own list. A key that expires holds the renderer's state.
"""

import json
import secrets
import time
from dataclasses import dataclass

import redis
from django.conf import settings

_REPLY_SECONDS = 60
_ALIVE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Request:
    """One document to render.

    `deadline` is the Unix time after which the client no longer waits for the preview.
    """

    id: str
    html: str
    deadline: float


def _key(part: str) -> str:
    return f"gatehouse:{settings.GATEWAY_ACCOUNT_ID}:preview:{part}"


def _bytes(value: bytes | str) -> bytes:
    """Return `value` as bytes.

    Redis returns str if its URL asks for decoded responses.
    """
    return value if isinstance(value, bytes) else value.encode()


class RenderQueue:
    """The client's and the renderer's side of the queue.

    Redis errors are not caught.
    """

    def __init__(self) -> None:
        wait = settings.GATEWAY_PREVIEW_SECONDS
        self._redis = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=wait + 5)

    def close(self) -> None:
        """Close the Redis connection."""
        self._redis.close()

    # --- the client's side

    def state(self) -> str | None:
        """Return "ready", or why the renderer can't render, or None if no renderer is running."""
        value = self._redis.get(_key("state"))
        return _bytes(value).decode() if value is not None else None

    def ask(self, html: str, seconds: float) -> tuple[bytes | None, str]:
        """Request the rendering of `html`.

        Return the PNG, or None and the reason, within `seconds`.
        """
        request = Request(secrets.token_hex(16), html, time.time() + seconds)
        body = json.dumps({"id": request.id, "html": request.html, "deadline": request.deadline})
        self._redis.rpush(_key("requests"), body)
        reply = self._redis.blpop([_key(f"reply:{request.id}")], timeout=seconds)
        if reply is None:
            return None, f"it took longer than {seconds:.0f} seconds"
        content = _bytes(reply[1])
        return (content[1:], "") if content[:1] == b"P" else (None, content[1:].decode(errors="replace"))

    # --- the renderer's side

    def announce(self, state: str) -> None:
        """Publish the renderer's state for clients.

        It expires after ten seconds.
        """
        self._redis.set(_key("state"), state, ex=_ALIVE_SECONDS)

    def next(self, seconds: float) -> Request | None:
        """Return the next request.

        Return None if there is none within `seconds`, or if its deadline has passed.
        """
        item = self._redis.blpop([_key("requests")], timeout=seconds)
        if item is None:
            return None
        request = Request(**json.loads(item[1]))
        return request if request.deadline > time.time() else None

    def picture(self, request: Request, png: bytes) -> None:
        """Reply to a request with its preview."""
        self._reply(request, b"P" + png)

    def failure(self, request: Request, reason: str) -> None:
        """Reply to a request with the reason why it has no preview."""
        self._reply(request, b"E" + reason.encode())

    def _reply(self, request: Request, content: bytes) -> None:
        key = _key(f"reply:{request.id}")
        with self._redis.pipeline() as batch:
            batch.rpush(key, content)
            batch.expire(key, _REPLY_SECONDS)
            batch.execute()
