"""`manage.py renderer`: the process that has message previews and reports drawn by Chromium."""

import logging
import signal
import threading
from contextlib import suppress
from types import FrameType
from typing import Any

import redis
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from gateway.preview.browser import RenderFailed
from gateway.preview.chromium import HOW_TO_INSTALL, find_chromium
from gateway.preview.drawing_process import DrawingProcess, Jail
from gateway.preview.render_queue import PDF_PREFIX, STARTING, RenderQueue
from gateway.preview.rendering import render, render_pdf

logger = logging.getLogger(__name__)
_SECONDS_BETWEEN_TRIES = 60
_IDLE_SECONDS = 15
_START_SECONDS = 90
# What reading a message, building its page and starting the browser again may take, besides the drawing itself.
_WORK_SECONDS = 150


class Stopped(Exception):
    """SIGTERM or SIGINT came while something was drawn."""


class Command(BaseCommand):
    """Take messages from the queue and have them drawn, until SIGTERM or SIGINT."""

    help = "Draws previews, and reports as PDF, from one queue. Several may run, on several machines."

    def handle(self, *_args: Any, **_options: Any) -> None:
        stopping = threading.Event()

        def stop(_number: int, _frame: FrameType | None) -> None:
            if stopping.is_set():
                return
            stopping.set()
            # Whatever is being drawn is left: it is asked for again.
            raise Stopped

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        chromium = find_chromium(settings.CHROMIUM)
        drawing = DrawingProcess(chromium) if chromium else None
        with suppress(Stopped):
            try:
                while not stopping.is_set():
                    _serve(drawing, stopping)
            finally:
                stopping.set()
                if drawing is not None:
                    drawing.kill()


def _serve(drawing: DrawingProcess | None, stopping: threading.Event) -> None:
    """Draw as long as the browser starts; where it can't, say so for a minute, and return."""
    queue = RenderQueue()
    with suppress(redis.RedisError):
        # Where the last try found no jail, that stays told while the next one looks.
        if queue.state() is None:
            queue.announce(STARTING, seconds=_START_SECONDS)
    state = _start(drawing)
    idle = 0
    while not stopping.is_set():
        try:
            queue.announce(state, seconds=_IDLE_SECONDS)
            name = queue.next(2)
            if name is None or drawing is None or state != "ready":
                idle += 1
                if state != "ready" and idle * 2 >= _SECONDS_BETWEEN_TRIES:
                    break
                continue
            close_old_connections()
            queue.announce(state, seconds=_WORK_SECONDS + settings.GATEWAY_PREVIEW_SECONDS)
            try:
                is_pdf = name.startswith(PDF_PREFIX)
                queue.done(name, render_pdf(name, queue, drawing) if is_pdf else render(name, drawing))
            except (DatabaseError, OSError) as error:
                # Not the message's fault, so it is not remembered as its failure.
                logger.warning("a preview has to wait: %s", type(error).__name__)
                queue.done(name)
                stopping.wait(1)
            except RenderFailed:
                queue.done(name)
                raise
            drawing.start()
        except redis.RedisError as error:
            logger.warning("Redis doesn't answer (%s), trying again", type(error).__name__)
            stopping.wait(1)
        except RenderFailed:
            # The browser did not start again. The next round tries, and tells why if it still does not.
            break
    queue.close()


def _start(drawing: DrawingProcess | None) -> str:
    """Start the browser. Return "ready", or why there are no previews."""
    state = HOW_TO_INSTALL
    if drawing is not None:
        try:
            logger.info("previews are drawn %s", _description(drawing.start()))
            return "ready"
        except RenderFailed as error:
            state = str(error)
    logger.warning("no previews: %s", state)
    return state


def _description(jail: Jail) -> str:
    how = {
        "root": "as nobody, in namespaces of its own",
        "nobody": "as nobody, in namespaces of its own that nobody made",
        "user": "in namespaces of its own",
    }[jail.mode]
    return f"{how}, {'with' if jail.sandboxed else 'WITHOUT'} Chromium's own sandbox"
