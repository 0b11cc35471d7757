"""`manage.py renderer`: the process that renders message previews with Chromium."""

import logging
import signal
import threading
import time
from types import FrameType
from typing import Any

import redis
from django.conf import settings
from django.core.management.base import BaseCommand

from gateway.preview.browser import Renderer, RenderFailed
from gateway.preview.chromium import HOW_TO_INSTALL, find_chromium
from gateway.preview.render_queue import RenderQueue, Request

logger = logging.getLogger(__name__)
_SECONDS_FOR_ONE = 10.0


class Command(BaseCommand):
    """Read HTML documents from the pipe and answer with PNG pictures, until SIGTERM or SIGINT."""

    help = "Draws previews: takes documents from Redis, answers with PNG pictures. One such process is enough."

    def handle(self, *_args: Any, **_options: Any) -> None:
        stopping = threading.Event()

        def stop(_number: int, _frame: FrameType | None) -> None:
            stopping.set()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        chromium = find_chromium(settings.CHROMIUM)
        renderer = Renderer(chromium) if chromium else None
        state = HOW_TO_INSTALL
        if renderer is not None:
            try:
                renderer.start()
                state = "ready"
                logger.info("previews are drawn by %s", _description(renderer))
            except RenderFailed as error:
                state = str(error)
        if state != "ready":
            logger.warning("no previews: %s", state)
        try:
            self._serve(renderer if state == "ready" else None, state, stopping)
        finally:
            if renderer is not None:
                renderer.close()

    def _serve(self, renderer: Renderer | None, state: str, stopping: threading.Event) -> None:
        pipe = RenderQueue()
        while not stopping.is_set():
            try:
                pipe.announce(state)
                request = pipe.next(2)
                if request is not None:
                    _answer(pipe, renderer, request, state)
                if renderer is not None:
                    renderer.prepare()
            except redis.RedisError as error:
                logger.warning("Redis doesn't answer (%s), trying again", type(error).__name__)
                stopping.wait(1)
        pipe.close()


def _answer(pipe: RenderQueue, renderer: Renderer | None, request: Request, state: str) -> None:
    if renderer is None:
        pipe.failure(request, state)
        return
    try:
        pipe.picture(request, renderer.draw(request.html, min(_SECONDS_FOR_ONE, request.deadline - time.time())))
    except RenderFailed as error:
        logger.warning("a preview failed: %s", error)
        pipe.failure(request, str(error))


def _description(renderer: Renderer) -> str:
    jail = {
        "root": "as nobody, in a network namespace of its own",
        "user": "in user and network namespaces of its own",
        "plain": "WITHOUT a network namespace of its own, which this system doesn't permit",
    }[renderer.mode]
    sandbox = "Chromium's sandbox on" if renderer.sandboxed else "Chromium's sandbox OFF: it can't start here"
    return f"{renderer.chromium}, {jail}, {sandbox}"
