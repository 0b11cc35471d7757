"""The drawing process seen from outside: it is started, given documents, watched, and killed when it takes too much.

Nothing in here waits for it without a limit, and its memory and number of processes are bounded while it draws.
"""

import logging
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from gateway.mail.pipe_frames import PipeClosed, TimedOut, read_until, write_until
from gateway.preview.browser import RenderFailed
from gateway.preview.drawing_folder import DrawingFolder

logger = logging.getLogger(__name__)

MEMORY_BYTES: Final = 1 << 30
"""What the browser may use in all, its own processes included; an ordinary message takes a third of it."""

PROCESSES: Final = 40
_START_SECONDS: Final = 60.0
_SHEET_SECONDS: Final = 5.0
_LOOK_SECONDS: Final = 0.1
_END_SECONDS: Final = 3.0
_ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Jail:
    """How the browser is kept in: `mode` of `gateway.preview.jail`, and whether Chromium's own sandbox is on."""

    mode: str
    sandboxed: bool


class NoJail(RenderFailed):
    """This system permits no jail, so nothing is drawn on it."""


class DrawingProcess:
    """A process that draws, in a session of its own.

    It is started when first needed, and again after it was killed.
    """

    def __init__(self, chromium: Path, *, memory_bytes: int = MEMORY_BYTES) -> None:
        self._chromium = chromium
        self._memory_bytes = memory_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: DrawingFolder | None = None
        self.jail: Jail | None = None

    def start(self) -> Jail:
        """Start the process if it does not run, and return the jail of its browser.

        :raises NoJail: the browser can't be kept in on this system. :raises RenderFailed: it didn't start in time.
        """
        if self._process is not None and self._process.poll() is None and self.jail is not None:
            return self.jail
        self.kill()
        # A browser that is killed leaves its profile behind, so all its files lie in a folder that goes with it.
        self._folder = DrawingFolder()
        self._process = process = subprocess.Popen(  # noqa: S603 - our own module, and the browser that the operator chose
            [sys.executable, "-m", "gateway.preview.drawing_child", str(self._chromium)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=_ROOT,
            env={"PATH": "/usr/bin:/bin", "TMPDIR": str(self._folder.path)},
            start_new_session=True,
        )
        for stream in (process.stdin, process.stdout):
            assert stream is not None  # noqa: S101 - both are pipes
            os.set_blocking(stream.fileno(), False)
        told = self._answer(time.monotonic() + _START_SECONDS).decode()
        if told[:1] != "S":
            self.kill()
            raise NoJail(told[1:])
        mode, _blank, sandboxed = told[1:].partition(" ")
        self.jail = Jail(mode, sandboxed == "1")
        return self.jail

    def draw(self, html: str, seconds: float, *, as_pdf: bool = False) -> bytes:
        """Return a document as PNG bytes, or as a PDF.

        :raises RenderFailed: it was not drawn within `seconds`, or took too much. The process is then killed.
        """
        self.start()
        self._wait_for_sheet()
        deadline = time.monotonic() + seconds
        try:
            content = (b"D" if as_pdf else b"I") + html.encode("utf-8", "replace")
            write_until(self._descriptor("stdin"), content, deadline)
        except (TimedOut, PipeClosed):
            self.kill()
            raise RenderFailed("the browser took no document") from None
        answer = self._answer(deadline)
        if answer[:1] != b"P":
            raise RenderFailed(answer[1:].decode(errors="replace"))
        return answer[1:]

    def _wait_for_sheet(self) -> None:
        """Wait until nothing is left of the last document. A process that does not get rid of it is replaced."""
        try:
            self._answer(time.monotonic() + _SHEET_SECONDS)
        except RenderFailed:
            logger.warning("the browser did not get rid of a document, and was ended")
            self.start()
            self._answer(time.monotonic() + _START_SECONDS)

    def _answer(self, deadline: float) -> bytes:
        """Return the next answer; look at what the process takes while it works."""
        try:
            while not self._answers_within(_LOOK_SECONDS):
                if excess := self._excess():
                    self.kill()
                    raise RenderFailed(excess)
                if time.monotonic() >= deadline:
                    raise TimedOut
            return read_until(self._descriptor("stdout"), deadline)
        except (PipeClosed, TimedOut) as error:
            self.kill()
            reason = "it took too long to draw" if isinstance(error, TimedOut) else "the browser broke"
            raise RenderFailed(reason) from None

    def _answers_within(self, seconds: float) -> bool:
        poll = select.poll()
        poll.register(self._descriptor("stdout"), select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def _excess(self) -> str:
        """Return what the browser has too much of, or an empty string."""
        found = self._descendants()
        if len(found) > PROCESSES:
            return "the browser started too many processes"
        used = 0
        for process in found:
            with suppress(psutil.Error):
                used += process.memory_info().rss
        return "the browser took too much memory" if used > self._memory_bytes else ""

    def _descendants(self) -> list[psutil.Process]:
        if self._process is None:
            return []
        try:
            return psutil.Process(self._process.pid).children(recursive=True)
        except psutil.Error:
            return []

    def _descriptor(self, name: str) -> int:
        stream = getattr(self._process, name, None)
        if stream is None:
            raise PipeClosed
        return int(stream.fileno())

    def kill(self) -> None:
        """End the process and all that it started, and wait until nothing of them runs any more."""
        process, self._process, self.jail = self._process, None, None
        if process is None:
            return
        descendants = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        for one in descendants:
            with suppress(psutil.Error):
                one.kill()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()
        end = time.monotonic() + _END_SECONDS
        while any(map(_is_running, descendants)) and time.monotonic() < end:
            time.sleep(0.02)
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        folder, self._folder = self._folder, None
        if folder is not None:
            folder.remove()


def _is_running(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
