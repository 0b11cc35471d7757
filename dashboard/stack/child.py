"""One child process of the supervisor: start it in its own session, count its exits, stop it."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
# Seconds before a process starts again: twice as long after each end, up to the longest pause.
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
# A process that has run for this long counts as healthy: its next end is the first one again.
_HEALTHY_SECONDS = 60.0
# A process that tells how it is, and has told nothing for so long, hangs. A browser's start may take 80 seconds.
SILENT_SECONDS = 120.0
_ASK_SECONDS = 5.0


def die_with_parent(number: int = signal.SIGKILL) -> None:
    """Have the kernel send this process a signal when its parent dies for any reason (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)


@dataclass(slots=True)
class Child:
    """A process that runs as long as the stack does.

    `stop_signal` asks it to exit. The kernel sends `death_signal` if the supervisor is killed. Its output goes to
    `log`.
    """

    name: str
    command: list[str]
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    stop_signal: int = signal.SIGTERM
    death_signal: int = signal.SIGKILL
    process: subprocess.Popen[bytes] | None = None
    restart_at: float = 0.0
    started_at: float = 0.0
    ends: int = 0
    """How often the process has ended in a row."""
    how: str = ""
    """How it ended last."""
    tells: Callable[[], bool] | None = None
    """Whether it has told lately that it works; None for a process that tells nothing."""
    told_at: float = 0.0
    asked_at: float = 0.0

    def start(self) -> None:
        """Start the process. Its output is appended to the log (see `dashboard/stack/log_files.py`).

        :raises OSError: the disk is full, or the system has no room for a process.
        """
        self.started_at = self.told_at = self.asked_at = time.monotonic()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        parent, death_signal = os.getpid(), self.death_signal

        def in_child() -> None:
            die_with_parent(death_signal)
            if os.getppid() != parent:
                os._exit(1)

        with self.log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 - the command is from this project and runs without a shell
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=os.environ | self.environment,
                start_new_session=True,
                preexec_fn=in_child,
            )

    def ended(self) -> int | None:
        """Return the exit code if the process has exited, or None while it runs or if it was not started."""
        return self.process.poll() if self.process is not None else None

    def note_end(self, how: str) -> float:
        """Count an end and return the seconds to wait before the next start, which comes however often it ends."""
        if time.monotonic() - self.started_at >= _HEALTHY_SECONDS:
            self.ends = 0
        self.ends += 1
        self.how = how
        # The exponent is bounded, since the process may end for days.
        return min(_FIRST_PAUSE * float(1 << min(self.ends - 1, 20)), _LONGEST_PAUSE)

    def is_healthy_again(self) -> bool:
        """Return whether the process has ended before, and has run well for a while since."""
        return bool(self.ends) and not self.restart_at and time.monotonic() - self.started_at >= _HEALTHY_SECONDS

    def is_silent(self) -> bool:
        """Return whether a process that should tell that it works hasn't done so for too long."""
        now = time.monotonic()
        if self.tells is None or now - self.asked_at < _ASK_SECONDS:
            return False
        self.asked_at = now
        if self.tells():
            self.told_at = now
        return now - self.told_at > SILENT_SECONDS

    def ask_to_stop(self) -> None:
        """Send the stop signal to the main process only, which stops its own children."""
        if self.process is not None and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(self.stop_signal)

    def kill_group(self) -> None:
        """Kill the process and all its children that still run."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(1)

    def last_lines(self, count: int = 12) -> str:
        """Return the last lines of the log, to show why the process exited."""
        try:
            with self.log.open("rb") as file:
                file.seek(max(0, self.log.stat().st_size - 8192))
                lines = file.read().decode(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(f"    {line}" for line in lines[-count:])
