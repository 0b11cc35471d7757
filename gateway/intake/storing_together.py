"""Messages that arrive at the same time are stored together: one of their threads writes for all that wait.

A thread that finds nobody writing stores its message at once. Those that come meanwhile wait, and the first of them
then stores all of theirs with one sync and one transaction. So a message that comes alone waits for nobody, and the
more come, the fewer syncs each of them takes. Each thread returns only after its message is committed.
"""

import threading
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from gateway.group_commit import Group, kept_of
from gateway.pipeline import Accepted
from gateway.pipeline_steps.context import MessageContext

MOST_MESSAGES: Final = 32
MOST_BYTES: Final = 8 * 1024 * 1024


class NotStored(Exception):
    """The thread that was to store the message did not come to an end. The sender has to keep it."""


@dataclass(slots=True)
class _Waiting:
    known: MessageContext
    result: Accepted | Exception | None = None
    is_called: threading.Event = field(default_factory=threading.Event)


class GroupCommit:
    """The messages of one process that wait to be stored."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[_Waiting] = deque()
        self._is_somebody_writing = False

    def keep(self, known: MessageContext) -> Accepted:
        """Store and deliver a judged message, together with those that wait. Return when it is on disk.

        :raises Exception: nothing was stored of this message; the sender must keep it.
        """
        mine = _Waiting(known)
        with self._lock:
            self._waiting.append(mine)
            waits, self._is_somebody_writing = self._is_somebody_writing, True
        if waits:
            mine.is_called.wait()
        if mine.result is None:
            self._write()
        if isinstance(mine.result, Accepted):
            return mine.result
        raise mine.result or NotStored

    def _write(self) -> None:
        """Store what waits, the caller's own message first. The next thread may write before these are delivered."""
        taken = self._take()
        group = Group()
        try:
            group = self._store(taken)
        finally:
            for one in taken:
                one.result = one.result or NotStored()
            self._call_next()
            for one in taken:
                one.is_called.set()
        group.deliver()

    def _store(self, taken: list[_Waiting]) -> Group:
        group = Group(kept_of(one.known.raw for one in taken))
        added = []
        for one in taken:
            try:
                group.add(one.known)
                added.append(one)
            except Exception as error:  # noqa: BLE001 - its own thread raises it
                one.result = error
        for one, result in zip(added, group.save(), strict=True):
            one.result = result
        return group

    def _take(self) -> list[_Waiting]:
        with self._lock:
            taken = [self._waiting.popleft()]
            size = len(taken[0].known.raw)
            while self._waiting and len(taken) < MOST_MESSAGES:
                size += len(self._waiting[0].known.raw)
                if size > MOST_BYTES:
                    break
                taken.append(self._waiting.popleft())
            return taken

    def _call_next(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting[0].is_called.set()
            else:
                self._is_somebody_writing = False


_commits = GroupCommit()


def keep_together(known: MessageContext) -> Accepted:
    """Store a judged message together with those that this process stores at the same time."""
    return _commits.keep(known)
