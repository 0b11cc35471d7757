"""Parse untrusted mail in isolated child processes, which are killed if a message exceeds its time or memory limit.

The answer crosses the pipe as JSON, so a child that a message compromised could at worst send wrong text.
"""

import atexit
import base64
import json
import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

from gateway.mail.message import ParsedMessage
from gateway.mail.patience import USUAL_CPU_SECONDS
from gateway.mail.pipe_frames import PipeClosed, TimedOut, read_until, write_until
from gateway.mail.preview_document import PreviewDocument, unreadable
from gateway.mail.salvage import salvage

_ROOT: Final = Path(__file__).resolve().parents[2]


class ParserPool:
    """A pool of child processes that parse mail, at most `size` at once.

    Further callers wait for a free child. `cpu_seconds` is the processor time for one message: a busy machine does not
    use it up. `timeout` is the wall time for one message in seconds, for a child that hangs. A child is replaced after
    `recycle_after` messages, and after every message that crashed it or took too long.
    """

    def __init__(
        self, *, size: int = 2, timeout: float = 60.0, cpu_seconds: int = USUAL_CPU_SECONDS, recycle_after: int = 2_000
    ) -> None:
        self._timeout = timeout
        self._cpu_seconds = cpu_seconds
        self._recycle_after = recycle_after
        self._free = threading.BoundedSemaphore(size)
        self._lock = threading.Lock()
        self._idle: list[_Child] = []
        self._owner = os.getpid()

    def parse(
        self,
        raw: bytes,
        *,
        trusted_authserv_ids: Collection[str] = frozenset(),
        own_servers: Collection[str] = frozenset(),
    ) -> ParsedMessage:
        """Parse a message as `parser.parse` does.

        If the child fails, return its plain header lines and a defect.
        """
        request = {"work": "parse", "trusted": sorted(trusted_authserv_ids), "own_servers": sorted(own_servers)}
        try:
            return ParsedMessage.from_dict(self._ask(request, raw))
        except TimedOut:
            return salvage(raw, f"Reading this message was stopped after {self._timeout:g} seconds.")
        except _TooMuchWork:
            return salvage(raw, f"Reading this message took more than {self._cpu_seconds} seconds of processor time.")
        except (PipeClosed, ValueError, TypeError, KeyError):
            return salvage(raw, "Reading this message broke its parser.")

    def document(self, raw: bytes) -> PreviewDocument:
        """Build the preview page as `document.document` does.

        If the child fails, return a page that says so.
        """
        try:
            page = self._ask({"work": "document"}, raw)
            return PreviewDocument(str(page["html"]), str(page["kind"]), tuple(map(str, page["notes"])))
        except TimedOut:
            return unreadable(f"stopped after {self._timeout:g} seconds")
        except _TooMuchWork:
            return unreadable(f"stopped after {self._cpu_seconds} seconds of processor time")
        except (PipeClosed, ValueError, TypeError, KeyError):
            return unreadable("its parser broke")

    def attached_messages(self, raw: bytes) -> list[bytes]:
        """Return the messages attached to this one, as `parts.attached_messages` does, or none if the child fails."""
        try:
            answer = self._ask({"work": "attached"}, raw)
            return [base64.b64decode(text) for text in answer["messages"]]
        except (TimedOut, _TooMuchWork, PipeClosed, ValueError, TypeError, KeyError):
            return []

    def close(self) -> None:
        """Kill every idle child."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()

    def _ask(self, request: dict[str, Any], raw: bytes) -> dict[str, Any]:
        frame = json.dumps(request | {"cpu_seconds": self._cpu_seconds}).encode("ascii") + b"\n" + raw
        with self._free:
            child = self._take()
            try:
                reply = child.ask(frame, self._timeout)
            except PipeClosed:
                too_much = child.used_up_its_time()
                child.end()
                if too_much:
                    raise _TooMuchWork from None
                # On Linux a child also dies with the thread that started it. Retry once: the mail may not be the cause.
                child = self._start()
                reply = self._ask_fresh(child, frame)
            except BaseException:
                child.end()
                raise
            self._give_back(child)
        answer = json.loads(reply)
        if not isinstance(answer, dict):
            raise TypeError("a child's answer is an object")
        return answer

    def _ask_fresh(self, child: "_Child", frame: bytes) -> bytes:
        try:
            return child.ask(frame, self._timeout)
        except BaseException as error:
            too_much = isinstance(error, PipeClosed) and child.used_up_its_time()
            child.end()
            if too_much:
                raise _TooMuchWork from None
            raise

    def _start(self) -> "_Child":
        return _Child(seconds=self._timeout)

    def _take(self) -> "_Child":
        with self._lock:
            if self._owner != os.getpid():
                # After a fork the pipes still belong to the parent process's children, so they must not be used here.
                self._idle, self._owner = [], os.getpid()
            while self._idle:
                child = self._idle.pop()
                if child.is_alive():
                    return child
                child.end()
        return self._start()

    def _give_back(self, child: "_Child") -> None:
        if child.answered >= self._recycle_after:
            child.end()
            return
        with self._lock:
            self._idle.append(child)


class _TooMuchWork(Exception):
    """A message took more processor time than it may."""


class _Child:
    """One child process and its pipes."""

    def __init__(self, *, seconds: float) -> None:
        self.answered = 0
        self._process = subprocess.Popen(  # noqa: S603 - our own module, called with numbers only.
            [
                sys.executable,
                "-m",
                "gateway.mail.parser_process",
                str(math.ceil(seconds)),
                str(os.getpid()),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env={},
            close_fds=True,
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise PipeClosed
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        os.set_blocking(self._stdin.fileno(), False)
        os.set_blocking(self._stdout.fileno(), False)

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def used_up_its_time(self) -> bool:
        """Return whether the kernel ended the child, whose pipe has closed, because of its limit of processor time."""
        try:
            return self._process.wait(timeout=1) == -signal.SIGXCPU
        except subprocess.TimeoutExpired:
            return False

    def ask(self, frame: bytes, timeout: float) -> bytes:
        deadline = time.monotonic() + timeout
        write_until(self._stdin.fileno(), frame, deadline)
        reply = read_until(self._stdout.fileno(), deadline)
        self.answered += 1
        return reply

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._stdin, self._stdout):
            try:
                stream.close()
            except OSError:
                # Bytes that could not be flushed to the dead child don't matter.
                continue


_pools: dict[tuple[int, bool], ParserPool] = {}
_pools_lock = threading.Lock()


def default_pool(*, with_patience: bool = False) -> ParserPool:
    """Return this process's pool of at most two children, which are started when first needed.

    The pool with patience has one child, which may take two minutes of processor time for a message.
    """
    key = (os.getpid(), with_patience)
    with _pools_lock:
        pool = _pools.get(key)
        if pool is None:
            pool = ParserPool(size=1, timeout=300, cpu_seconds=120) if with_patience else ParserPool()
            _pools[key] = pool
            atexit.register(pool.close)
        return pool


def parse_isolated(
    raw: bytes,
    *,
    trusted_authserv_ids: Collection[str] = frozenset(),
    own_servers: Collection[str] = frozenset(),
    with_patience: bool = False,
) -> ParsedMessage:
    """Parse a message in a child of this process's pool; never raises, whatever the message."""
    return default_pool(with_patience=with_patience).parse(
        raw, trusted_authserv_ids=trusted_authserv_ids, own_servers=own_servers
    )


def document_isolated(raw: bytes) -> PreviewDocument:
    """Build the preview page of a message in a child of this process's pool; never raises, whatever the message."""
    return default_pool().document(raw)


def attached_messages_isolated(raw: bytes) -> list[bytes]:
    """Return the messages attached to this one, extracted in a child of this process's pool; never raises."""
    return default_pool().attached_messages(raw)
