"""Turns of the threads of one process that write to the same database file."""

import os
import threading
from pathlib import Path
from typing import Final

_LONGEST_WAIT: Final = 20.0


class Turn:
    """One at a time has the turn. Whoever waited too long writes without it: SQLite's own lock is what protects."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Wait for the turn. Return False if it did not come."""
        return self._lock.acquire(timeout=_LONGEST_WAIT)

    def give_back(self) -> None:
        """Let the next one have it. A thread may give back what another one has taken."""
        self._lock.release()


_turns: dict[str, Turn] = {}
_guard = threading.Lock()


def turn_of(file: str | Path) -> Turn:
    """Return the turn of a database file, which all connections of this process share."""
    with _guard:
        return _turns.setdefault(os.fspath(file), Turn())


def _forget() -> None:
    """Begin anew in a child: the thread that had a turn when the process was forked is not there to give it back."""
    global _guard
    _guard = threading.Lock()
    for turn in _turns.values():
        turn._lock = threading.Lock()


os.register_at_fork(after_in_child=_forget)
