"""Message previews for the API: rendered on first request, then cached in storage."""

from contextlib import closing

import redis
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from gateway.mail.isolation import document_isolated
from gateway.models import RawMail
from gateway.preview.render_queue import RenderQueue
from gateway.store.raw_mail import read_raw

# Raise this version when the rendering of a message changes: cached previews of older versions are not used.
VERSION = 1


class PreviewFailed(Exception):
    """No preview could be rendered.

    The argument is the reason.
    """


def preview_png(raw: RawMail) -> bytes:
    """Return the preview of a message as PNG bytes, from the cache or from the renderer.

    A cached file without the end marker of PNG is incomplete. It is deleted, and the preview is rendered again.

    :raises PreviewFailed: no renderer is running, Redis is unreachable, or the message was not rendered in time.
    """
    storage = storages["previews"]
    name = f"{raw.sha256[:2]}/{raw.sha256}-{VERSION}.png"
    try:
        with storage.open(name) as file:
            kept: bytes = file.read()
        if kept.endswith(b"IEND\xaeB`\x82"):
            return kept
        storage.delete(name)
    except FileNotFoundError:
        pass
    png = _render(document_isolated(read_raw(raw)).html)
    storage.save(name, ContentFile(png))
    return png


def _render(html: str) -> bytes:
    try:
        with closing(RenderQueue()) as pipe:
            state = pipe.state()
            if state is None:
                raise PreviewFailed("the renderer isn't running")
            if state != "ready":
                raise PreviewFailed(state)
            png, reason = pipe.ask(html, settings.GATEWAY_PREVIEW_SECONDS)
    except redis.RedisError as error:
        raise PreviewFailed(f"Redis doesn't answer ({type(error).__name__})") from error
    if png is None:
        raise PreviewFailed(reason)
    return png
