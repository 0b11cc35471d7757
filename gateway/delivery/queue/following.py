"""What a session sends next: what is due already, or what comes within a moment."""

import threading
from collections.abc import Callable
from time import monotonic, sleep
from typing import Final

from gateway.delivery.next_hop.session import NextHopSession
from gateway.delivery.queue.claiming import Claim, claim_next

PAUSE: Final = 0.05
"""Seconds between two looks of a session that waits for mail."""
_waited_for: Final[set[str]] = set()
"""The lanes for which a session of this process waits."""
_lock: Final = threading.Lock()


def following_claim(session: NextHopSession, lane: str, is_over: Callable[[], bool], linger: float) -> Claim | None:
    """Claim what a session sends next, or return None if it is to end.

    Mail seldom comes alone, and a session costs more than a message: one of a lane's sessions waits up to `linger`
    seconds for the next.
    """
    if is_over() or not session.is_still_open():
        return None
    claim = claim_next(lane)
    if claim is not None or not linger or not _begin(lane):
        return claim
    try:
        ends = monotonic() + linger
        while claim is None and monotonic() < ends and not is_over() and session.is_still_open():
            sleep(PAUSE)
            claim = claim_next(lane)
    finally:
        with _lock:
            _waited_for.discard(lane)
    return claim


def _begin(lane: str) -> bool:
    with _lock:
        if lane in _waited_for:
            return False
        _waited_for.add(lane)
        return True
