"""What the API and the renderer tell each other, in Redis.

One list holds the hashes of the messages that are to be drawn, each once, and names of documents of the console. Keys
that expire hold the renderer's state, those documents and their PDFs, and why something could not be drawn. The
pictures themselves are in the storage `previews`.
"""

import os
import socket
from typing import Final

import redis
from django.conf import settings

MOST_WAITING: Final = 100
READY: Final = "ready"
"""The state of a renderer that draws."""
STARTING: Final = "starting"
"""The state of a renderer whose browser is being started: what is asked for is drawn in a moment."""

PDF_PREFIX: Final = "pdf-"
"""Names that begin so are documents of the console (`dashboard/pdf.py`), to be drawn as PDF."""
PDF_SECONDS: Final = 120

_ASKED_SECONDS: Final = 60
_DRAWN_SECONDS: Final = 20
_FAILED_SECONDS: Final = 6 * 3600


class QueueFull(Exception):
    """So many previews wait that no other is taken."""


def _text(value: bytes | str) -> str:
    """Return `value` as str. Redis returns str if its URL asks for decoded responses."""
    return value if isinstance(value, str) else value.decode(errors="replace")


class RenderQueue:
    """Both sides of the queue. Redis errors are not caught."""

    def __init__(self) -> None:
        self._renderer = f"{socket.gethostname()} {os.getpid()}"
        self._redis = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=7)

    def close(self) -> None:
        """Close the Redis connection."""
        self._redis.close()

    @staticmethod
    def _key(part: str) -> str:
        return f"{settings.GATEWAY_PREVIEW_KEYS}:{part}"

    # --- the API's side

    def state(self) -> str | None:
        """Return "ready", or why the renderer can't draw, or None if no renderer is running."""
        value = self._redis.get(self._key("state"))
        return None if value is None else _text(value)

    def failure(self, name: str) -> str | None:
        """Return why this message could not be drawn when it was last tried, or None."""
        value = self._redis.get(self._key(f"failed:{name}"))
        return None if value is None else _text(value)

    def ask(self, name: str) -> None:
        """Have a message drawn, unless it waits already.

        :raises QueueFull: too many messages wait.
        """
        if self._redis.exists(self._key(f"asked:{name}")):
            return
        if self._redis.llen(self._key("requests")) >= MOST_WAITING:
            raise QueueFull
        if self._redis.set(self._key(f"asked:{name}"), 1, ex=_ASKED_SECONDS, nx=True):
            self._redis.rpush(self._key("requests"), name)

    def wait(self, name: str, seconds: float) -> None:
        """Wait until a message was drawn or could not be, at most so long."""
        self._redis.blpop([self._key(f"drawn:{name}")], timeout=seconds)

    def length(self) -> int:
        """Return how many requests wait."""
        return int(self._redis.llen(self._key("requests")))

    # --- the renderer's side

    def announce(self, state: str, *, seconds: int) -> None:
        """Tell the renderer's state, which holds for so many seconds: it has to be told again before they are over.

        Where another renderer is ready, one that can't draw keeps silent, but to the supervisor of its own host.
        """
        self._redis.set(self._key(f"told:{socket.gethostname()}"), state, ex=seconds)
        if state != READY and self.state() == READY and self._told_by() != self._renderer:
            return
        with self._redis.pipeline() as batch:
            batch.set(self._key("state"), state, ex=seconds)
            batch.set(self._key("state-of"), self._renderer, ex=seconds)
            batch.execute()

    def _told_by(self) -> str:
        value = self._redis.get(self._key("state-of"))
        return "" if value is None else _text(value)

    def next(self, seconds: float) -> str | None:
        """Return the name of the next message to draw, or None if there is none within so many seconds."""
        item = self._redis.blpop([self._key("requests")], timeout=seconds)
        return None if item is None else _text(item[1])

    def document(self, name: str) -> str | None:
        """Return the document that the console gave under this name, or None if its time is over."""
        value = self._redis.get(self._key(f"document:{name}"))
        return None if value is None else _text(value)

    def keep_pdf(self, name: str, pdf: bytes) -> None:
        """Keep a PDF for whoever asked."""
        self._redis.set(self._key(f"pdf:{name}"), pdf, ex=PDF_SECONDS)

    def done(self, name: str, failure: str = "") -> None:
        """Tell who waits that a message was drawn, or why it was not, which is remembered."""
        with self._redis.pipeline() as batch:
            if failure:
                batch.set(self._key(f"failed:{name}"), failure[:300], ex=_FAILED_SECONDS)
            batch.delete(self._key(f"asked:{name}"))
            batch.rpush(self._key(f"drawn:{name}"), 1)
            batch.expire(self._key(f"drawn:{name}"), _DRAWN_SECONDS)
            batch.execute()
