"""The sender's loop: finds lanes that have something to send, and has threads send them, a few at once.

It needs the database alone. Several senders share the work, since a lane has one worker at a time.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections

from dashboard.outbox.sending import lane_send, lanes_due

logger = logging.getLogger(__name__)

LANES_AT_ONCE = 6
LOOK_SECONDS = 1.0
LAST_SECONDS = 2.5
"""How long what is under way may take at the end. The supervisor waits for a little longer."""


class SenderLoop:
    """Sends until it is told to stop."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._busy: dict[str, Future[None]] = {}

    def stop(self) -> None:
        """Have it end: nothing more is begun, and what is under way gets LAST_SECONDS."""
        self._stopping.set()

    def run(self) -> None:
        """Send what is due, look again every LOOK_SECONDS or as soon as a lane is done, until `stop`."""
        threads = ThreadPoolExecutor(LANES_AT_ONCE, thread_name_prefix="lane")
        while not self._stopping.is_set():
            self._busy = {name: work for name, work in self._busy.items() if not work.done()}
            try:
                close_old_connections()
                # After a restore, what waits may have been sent since the backup: an operator looks first.
                due = [] if settings.GATEHOUSE_QUEUES_HELD.exists() else self._lanes()
                for name in due[: LANES_AT_ONCE - len(self._busy)]:
                    self._busy[name] = threads.submit(self._send, name)
            except DatabaseError:
                logger.exception("the outbox could not be read; trying again")
            self._stopping.wait(LOOK_SECONDS)
        threads.shutdown(wait=False, cancel_futures=True)
        wait(self._busy.values(), LAST_SECONDS)
        connections.close_all()

    def _lanes(self) -> list[str]:
        if len(self._busy) >= LANES_AT_ONCE:
            return []
        return [name for name in lanes_due() if name not in self._busy]

    def _send(self, name: str) -> None:
        try:
            while lane_send(name, is_over=self._stopping.is_set) and not self._stopping.is_set():
                if len(self._busy) >= LANES_AT_ONCE:
                    return  # Others may wait for a thread. The next look takes this lane up again.
        except DatabaseError:
            logger.exception("a lane of the outbox was left; trying again")
        finally:
            connections.close_all()
