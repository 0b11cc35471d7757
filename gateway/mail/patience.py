"""How much longer than usual the reading of a message may take, for those who read it again.

Readers that stop after some processor time ask here how much it is. What they leave out is said on the message, and the
worker reads that again with more patience.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

USUAL_CPU_SECONDS: Final = 10
"""The processor time for a message that is read for the first time, all in all."""
_FACTOR: Final[ContextVar[float]] = ContextVar("patience", default=1.0)


def patient(seconds: float) -> float:
    """Return the seconds that something may take now which usually may take so many."""
    return seconds * _FACTOR.get()


@contextmanager
def patience(factor: float) -> Iterator[None]:
    """Let everything within take so many times as long; never less than usual."""
    token = _FACTOR.set(max(1.0, factor))
    try:
        yield
    finally:
        _FACTOR.reset(token)
