"""The routes in force: read when first asked for, and again when the file has changed."""

from __future__ import annotations

import logging
import os
import threading
import time
from pathlib import Path

from django.conf import settings

from gateway.routes.reading import routes_in
from gateway.routes.route import RouteInvalid, Routes

logger = logging.getLogger(__name__)
LOOK_SECONDS = 2.0


class _Kept:
    """The routes of this process, with the file's state that they were read from."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.routes: Routes | None = None
        self.read_from: tuple[str, int, int] | None = None
        self.looked_at = 0.0
        self.trouble = ""


_kept = _Kept()


def routes() -> Routes:
    """Return the routes in force. Without a file, all mail is delivered to Maildirs.

    A file that became invalid changes nothing until it is mended; the log and `routes_trouble` say what is wrong. Raise
    RouteInvalid if it is invalid from the start: mail must not take a way that nobody wrote.
    """
    with _kept.lock:
        now = time.monotonic()
        named = os.fspath(settings.GATEWAY_ROUTES)
        if _kept.routes is not None and now - _kept.looked_at < LOOK_SECONDS and _is_about(named):
            return _kept.routes
        path = Path(named)
        _kept.looked_at = now
        state = _state(path)
        if _kept.routes is not None and state == _kept.read_from:
            return _kept.routes
        try:
            _kept.routes, _kept.trouble = _read(path), ""
        except RouteInvalid as error:
            if _kept.routes is None or not _is_about(str(path)):
                raise
            _kept.trouble = str(error)
            logger.error("the changed routes are not used: %s", error)
        _kept.read_from = state
        return _kept.routes


def routes_trouble() -> str:
    """Return what is wrong with the file as it is now, or an empty text."""
    return _kept.trouble


def _is_about(path: str) -> bool:
    return _kept.read_from is not None and _kept.read_from[0] == path


def _state(path: Path) -> tuple[str, int, int]:
    try:
        facts = os.stat(path)
    except FileNotFoundError:
        return str(path), 0, 0
    except OSError as error:
        raise RouteInvalid(f"{path.name} can't be looked at: {error.strerror}") from error
    return str(path), facts.st_mtime_ns, facts.st_size


def _read(path: Path) -> Routes:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Routes({})
    except (OSError, UnicodeDecodeError) as error:
        raise RouteInvalid(f"{path.name} can't be read: {error}") from error
    return routes_in(text, folder=path.parent)
