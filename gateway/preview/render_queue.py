"""The pipe between who wants a preview and the renderer: two kinds of Redis list."""

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
    """One document to draw. `deadline` is a Unix time, after which nobody waits for the picture."""

    id: str
    html: str
    deadline: float


def _key(part: str) -> str:
    return f"gatehouse:{settings.GATEWAY_ACCOUNT_ID}:preview:{part}"


def _bytes(value: bytes | str) -> bytes:
    """Redis answers with bytes unless its URL asks for decoding, which it could."""
    return value if isinstance(value, bytes) else value.encode()


class Pipe:
    """Both ends of the pipe. Redis errors pass through."""

    def __init__(self) -> None:
        wait = settings.GATEWAY_PREVIEW_SECONDS
        self._redis = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=wait + 5)

    def close(self) -> None:
        """Give the connection back."""
        self._redis.close()

    # --- who asks

    def state(self) -> str | None:
        """Return "ready", why the renderer can't draw, or None when there is no renderer."""
        value = self._redis.get(_key("state"))
        return _bytes(value).decode() if value is not None else None

    def ask(self, html: str, seconds: float) -> tuple[bytes | None, str]:
        """Have `html` drawn; return the PNG, or None with the reason, within `seconds`."""
        request = Request(secrets.token_hex(16), html, time.time() + seconds)
        body = json.dumps({"id": request.id, "html": request.html, "deadline": request.deadline})
        self._redis.rpush(_key("requests"), body)
        reply = self._redis.blpop([_key(f"reply:{request.id}")], timeout=seconds)
        if reply is None:
            return None, f"it took longer than {seconds:.0f} seconds"
        content = _bytes(reply[1])
        return (content[1:], "") if content[:1] == b"P" else (None, content[1:].decode(errors="replace"))

    # --- the renderer

    def announce(self, state: str) -> None:
        """Tell those who ask what they can expect, for the next ten seconds."""
        self._redis.set(_key("state"), state, ex=_ALIVE_SECONDS)

    def next(self, seconds: float) -> Request | None:
        """Return the next request that somebody still waits for, or None after `seconds` without one."""
        item = self._redis.blpop([_key("requests")], timeout=seconds)
        if item is None:
            return None
        request = Request(**json.loads(item[1]))
        return request if request.deadline > time.time() else None

    def picture(self, request: Request, png: bytes) -> None:
        """Answer a request with its picture."""
        self._reply(request, b"P" + png)

    def failure(self, request: Request, reason: str) -> None:
        """Answer a request with the reason why there is no picture."""
        self._reply(request, b"E" + reason.encode())

    def _reply(self, request: Request, content: bytes) -> None:
        key = _key(f"reply:{request.id}")
        with self._redis.pipeline() as batch:
            batch.rpush(key, content)
            batch.expire(key, _REPLY_SECONDS)
            batch.execute()
