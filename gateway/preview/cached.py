"""Previews for the API: rendered once, and kept."""

from contextlib import closing

import redis
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from gateway.mail.isolation import document_isolated
from gateway.models import RawMail
from gateway.preview.render_queue import Pipe
from gateway.store.raw import read_raw

# Raise it when the same message would be drawn differently: older pictures are then drawn anew.
VERSION = 1


class PreviewFailed(Exception):
    """There is no picture, for the reason given."""


def preview_png(raw: RawMail) -> bytes:
    """Return the picture of a message as PNG bytes, from the store or from the renderer.

    :raises PreviewFailed: no renderer, or it could not draw the message in time.
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
        with closing(Pipe()) as pipe:
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
