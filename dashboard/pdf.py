"""Has the renderer draw a document as PDF. Both meet in Redis: `gateway/preview/render_queue.py` is the other side.

The document is the console's own, with values of strangers escaped; the renderer draws it as it draws mail, without
scripts and without a network.
"""

from __future__ import annotations

import secrets

import redis
from django.conf import settings

_MOST_WAITING = 100
_KEPT_SECONDS = 120
_LONGEST_DOCUMENT = 2_000_000


class NoPdf(Exception):
    """The document could not be drawn. The text says why."""


def pdf_of(html: str, *, seconds: float = 30.0) -> bytes:
    """Return the document as PDF bytes. It waits so long at most. Raise NoPdf."""
    if len(html) > _LONGEST_DOCUMENT:
        raise NoPdf("the document is too long")
    name = f"pdf-{secrets.token_hex(16)}"
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=seconds + 5) as server:
            _ask(server, name, html)
            server.blpop([_key(f"drawn:{name}")], timeout=seconds)
            pdf = server.get(_key(f"pdf:{name}"))
            failure = server.get(_key(f"failed:{name}"))
            server.delete(_key(f"document:{name}"), _key(f"pdf:{name}"), _key(f"failed:{name}"))
    except redis.RedisError as error:
        raise NoPdf(f"Redis does not answer ({type(error).__name__})") from error
    if isinstance(pdf, bytes) and pdf:
        return pdf
    raise NoPdf(_text(failure) or "the renderer did not draw it in time")


def _ask(server: redis.Redis, name: str, html: str) -> None:
    state = _text(server.get(_key("state")))
    if state not in ("ready", "starting"):
        raise NoPdf(state or "the renderer is not running")
    if int(server.llen(_key("requests"))) >= _MOST_WAITING:
        raise NoPdf("too much waits to be drawn")
    with server.pipeline() as batch:
        batch.set(_key(f"document:{name}"), html.encode("utf-8", "replace"), ex=_KEPT_SECONDS)
        batch.rpush(_key("requests"), name)
        batch.execute()


def _key(part: str) -> str:
    return f"{settings.GATEWAY_PREVIEW_KEYS}:{part}"


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value or "")
