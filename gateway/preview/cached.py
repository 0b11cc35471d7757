"""Message previews for the API: drawn by the renderer when they are first asked for, then kept in storage."""

import threading
from contextlib import closing
from typing import Final

import redis
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from gateway.models import RawMail
from gateway.preview.render_queue import STARTING, QueueFull, RenderQueue
from gateway.store.object_store import object_store

# Raise this version when the rendering of a message changes: cached previews of older versions are not used.
VERSION = 1
SHORT_WAIT: Final = 1.5
"""How long the one thread of a process that may wait for a picture waits, in seconds. Most are drawn in a tenth."""

_PNG_END: Final = b"IEND\xaeB`\x82"
_waiting = threading.BoundedSemaphore(1)


class PreviewFailed(Exception):
    """No preview could be rendered.

    The argument is the reason.
    """


class PreviewPending(Exception):
    """The preview is being drawn. Ask again in a second."""


def preview_png(raw: RawMail) -> bytes:
    """Return the preview of a message as PNG bytes, from storage or from the renderer.

    Of the threads of a process one at most waits for a picture, and not for long, so that slow ones never stop the
    others. A message that could not be drawn is not tried again for some hours.

    :raises PreviewPending: it is not drawn yet.
    :raises PreviewFailed: it can't be drawn, no renderer is running, too many wait, or Redis is unreachable.
    """
    name = f"{raw.sha256}-{VERSION}"
    kept = kept_picture(name)
    if kept is not None:
        return kept
    try:
        with closing(RenderQueue()) as queue:
            _ask(queue, name)
            if _waiting.acquire(blocking=False):
                try:
                    queue.wait(name, SHORT_WAIT)
                finally:
                    _waiting.release()
            kept = kept_picture(name)
            if kept is not None:
                return kept
            failure = queue.failure(name)
    except redis.RedisError as error:
        raise PreviewFailed(f"Redis doesn't answer ({type(error).__name__})") from error
    if failure is not None:
        raise PreviewFailed(failure)
    raise PreviewPending


def _ask(queue: RenderQueue, name: str) -> None:
    failure = queue.failure(name)
    if failure is not None:
        raise PreviewFailed(failure)
    state = queue.state()
    if state not in {"ready", STARTING}:
        raise PreviewFailed(state or "the renderer isn't running")
    try:
        queue.ask(name)
    except QueueFull:
        raise PreviewFailed("too many previews wait to be drawn; try again in a minute") from None


def kept_picture(name: str) -> bytes | None:
    """Return a picture from storage. One that was not written to its end is deleted, and is drawn again."""
    storage, path = storages["previews"], _path(name)
    try:
        with storage.open(path) as file:
            kept: bytes = file.read()
    except FileNotFoundError:
        return None
    if kept.endswith(_PNG_END):
        return kept
    storage.delete(path)
    return None


def keep_picture(name: str, png: bytes) -> None:
    """Write a picture to storage, in the place of one that is there."""
    storage, path, store = storages["previews"], _path(name), object_store("previews")
    if store is not None:
        store.put(path, png)
        return
    storage.delete(path)
    storage.save(path, ContentFile(png))


def _path(name: str) -> str:
    return f"{name[:2]}/{name}.png"
