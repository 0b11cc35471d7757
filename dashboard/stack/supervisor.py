"""Supervisor: start the stack's processes, restart those that exit, and stop all of them together.

On shutdown, every process except Redis is asked to exit and has 6 seconds. Processes that still run are then killed
with their children. Redis is stopped last, so that the others can finish their work. If the supervisor itself is
killed, the kernel signals its children (Linux).
"""

import signal
import time
from collections.abc import Callable
from types import FrameType

from dashboard.stack.child import SILENT_SECONDS, Child
from dashboard.stack.run_state import ChildState

_PATIENCE = 6.0
_REDIS_PATIENCE = 2.0
# After this many ends in a row, the end of the log is shown once.
_ENDS_TO_EXPLAIN = 5


class Supervisor:
    """Runs `redis` and `services` until a signal arrives. What ends is restarted, however often, after growing pauses.

    `report` is called with the state of every process when one of them has changed.
    """

    def __init__(
        self,
        redis: Child | None,
        services: list[Child],
        say: Callable[[str], None],
        report: Callable[[dict[str, ChildState]], None] = lambda _states: None,
    ) -> None:
        self.redis = redis
        self.services = services
        self.say = say
        self.report = report
        self.stopping = False
        self._reported: dict[str, ChildState] | None = None

    def listen(self) -> None:
        """Install handlers for SIGINT, SIGTERM and SIGHUP that start the shutdown."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def start_redis(self, answers: Callable[[], bool], seconds: float = 20.0) -> bool:
        """Start Redis and wait until it answers. Return False if it does not, or on shutdown."""
        if self.redis is not None:
            self.redis.start()
        deadline = time.monotonic() + seconds
        while not self.stopping and time.monotonic() < deadline:
            if answers():
                return True
            if self.redis is not None and self.redis.ended() is not None:
                self.say(f"redis ended:\n{self.redis.last_lines()}")
                return False
            time.sleep(0.05)
        return False

    def start_services(self) -> None:
        """Start all services except Redis."""
        for child in self.services:
            self._start(child)

    def watch(self, when_idle: Callable[[], None]) -> None:
        """Restart processes that exit, until the shutdown. `when_idle` is called about four times a second."""
        while not self.stopping:
            for child in self.all():
                self._look_after(child)
            self._tell()
            when_idle()
            time.sleep(0.25)

    def all(self) -> list[Child]:
        """Return all processes: Redis, if it is this stack's own, and the services."""
        return [*([self.redis] if self.redis else []), *self.services]

    def _start(self, child: Child) -> None:
        child.restart_at = 0.0
        try:
            child.start()
        except OSError as error:
            self._ended(child, f"could not be started ({error.strerror or error})")

    def _look_after(self, child: Child) -> None:
        if child.restart_at:
            if time.monotonic() >= child.restart_at:
                self._start(child)
            return
        if child.is_healthy_again():
            child.ends = 0
        code = child.ended()
        if self.stopping:
            return
        if code is None:
            if child.is_silent():
                child.kill_group()
                self._ended(child, f"told nothing for {SILENT_SECONDS:g} seconds and was killed")
            return
        child.kill_group()
        self._ended(child, f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}")

    def _ended(self, child: Child, how: str) -> None:
        wait = child.note_end(how)
        child.restart_at = time.monotonic() + wait
        if child.ends == _ENDS_TO_EXPLAIN:
            self.say(f"{child.name} {how} again and again. Its log, {child.log}, says:\n{child.last_lines()}")
        self.say(f"{child.name} {how}; it starts again in {wait:g} s (log: {child.log})")

    def _tell(self) -> None:
        now, clock = time.time(), time.monotonic()
        states = {
            child.name: ChildState(child.ends, child.how, round(now + child.restart_at - clock, 0))
            if child.restart_at
            else ChildState(child.ends, child.how)
            for child in self.all()
        }
        if states != self._reported:
            self._reported = states
            self.report(states)

    def stop(self) -> None:
        """Stop all processes. When this returns, no process of the stack runs."""
        self.stopping = True
        for child in self.services:
            child.ask_to_stop()
        self._wait(self.services, _PATIENCE)
        for child in self.services:
            child.kill_group()
        if self.redis is not None:
            self.redis.ask_to_stop()
            self._wait([self.redis], _REDIS_PATIENCE)
            self.redis.kill_group()

    @staticmethod
    def _wait(children: list[Child], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if all(child.process is None or child.ended() is not None for child in children):
                return
            time.sleep(0.05)


def ignore_further_signals() -> None:
    """Ignore SIGINT, SIGTERM and SIGHUP, so that a second Ctrl-C does not interrupt the shutdown."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
