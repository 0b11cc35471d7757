"""The delivery process: finds lanes in which something is due, and has threads send it, a few in each lane.

It needs the database and the stored mail alone. Several processes share the work, since each row has one claim.
"""

import logging
import threading
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor, wait

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections

from gateway.delivery.next_hop.connection import TimeLimits
from gateway.delivery.queue.claiming import lanes_due, let_go, renew
from gateway.delivery.queue.sending import lane_send
from gateway.routes.route import RouteInvalid

logger = logging.getLogger(__name__)
THREADS = 24
THREADS_A_LANE = 4
"""A next hop that is slow keeps these busy, and no more."""
LOOK_SECONDS = 0.25
LINGER_SECONDS = 1.0
"""How long a session waits for the next message of its lane."""
LAST_SECONDS = 2.5
FIRST_REST, LONGEST_REST = 2.0, 300.0


class DeliveryLoop:
    """Sends until it is told to stop."""

    def __init__(self, *, lease: float, limits: TimeLimits | None = None) -> None:
        self._stopping = threading.Event()
        self._lease, self._limits = lease, limits
        self._work: dict[Future[None], str] = {}
        self._rests: dict[str, tuple[int, float]] = {}

    def stop(self) -> None:
        """Have it end: no further message is begun, and what is under way gets LAST_SECONDS."""
        self._stopping.set()

    def run(self) -> None:
        """Send what is due, look again every LOOK_SECONDS, until `stop`."""
        threads = ThreadPoolExecutor(THREADS, thread_name_prefix="delivery")
        renewing = threading.Thread(target=self._renew, name="renew", daemon=True)
        renewing.start()
        while not self._stopping.is_set():
            self._work = {work: name for work, name in self._work.items() if not work.done()}
            try:
                close_old_connections()
                # After a restore, what was queued may have been sent since the backup: an operator looks first.
                if not settings.GATEHOUSE_QUEUES_HELD.exists():
                    self._begin(threads)
            except DatabaseError:
                logger.exception("the queue could not be read; trying again")
            self._stopping.wait(LOOK_SECONDS)
        threads.shutdown(wait=False, cancel_futures=True)
        wait(self._work, LAST_SECONDS)

    def _begin(self, threads: ThreadPoolExecutor) -> None:
        """Give one more thread to each lane in which something is due, if it may have one."""
        busy, now = Counter(self._work.values()), time.monotonic()
        for name in lanes_due():
            failures, until = self._rests.get(name, (0, 0.0))
            most = 1 if failures else THREADS_A_LANE
            if now < until or busy[name] >= most or len(self._work) >= THREADS:
                continue
            self._work[threads.submit(self._send, name)] = name

    def _send(self, name: str) -> None:
        try:
            works = lane_send(name, is_over=self._stopping.is_set, limits=self._limits, linger=LINGER_SECONDS)
            self._note(name, works=works)
        except (DatabaseError, RouteInvalid):
            logger.exception("the lane %s was left; trying again", name)
            self._note(name, works=False)
        except Exception:
            # One message that stumbles must not end the process: its claim ends by itself, and it is tried again.
            logger.exception("a message for %s could not be sent; trying again", name)
            self._note(name, works=False)
        finally:
            let_go()
            connections.close_all()

    def _note(self, name: str, *, works: bool) -> None:
        """A next hop that can't be talked to rests, twice as long each time; then one thread tries.

        Threads that fail while it rests already have tried at the same time as the first, and count as one with it.
        """
        if works:
            self._rests.pop(name, None)
            return
        failures, until = self._rests.get(name, (0, 0.0))
        if time.monotonic() < until:
            return
        failures = min(failures + 1, 16)
        rest = min(LONGEST_REST, FIRST_REST * 2.0 ** (failures - 1))
        self._rests[name] = (failures, time.monotonic() + rest)

    def _renew(self) -> None:
        while not self._stopping.wait(max(self._lease / 4, 0.2)):
            try:
                renew()
            except DatabaseError:
                logger.exception("claims could not be renewed; trying again")
            finally:
                connections.close_all()
