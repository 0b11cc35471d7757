"""When a request is sent again, and how long to wait before."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

SECONDS = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and after what pause a request is repeated; all times in seconds.

    The pause is drawn between 0 and min(`cap`, `base` doubled with each attempt): full jitter, as in "Exponential
    Backoff And Jitter" of the AWS Architecture Blog. A Retry-After is waited for in full, with up to `base` on top so
    that many clients do not come back at once; one longer than `longest_wait` is not waited for, the error is raised.
    `sleep`, `random`, `clock` (wall time) and `monotonic` can be replaced.
    """

    attempts: int = 3
    base: float = 0.5
    cap: float = 8.0
    longest_wait: float = 30.0
    sleep: Callable[[float], object] = time.sleep
    random: Callable[[], float] = random.random
    clock: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        if self.attempts < 1:
            raise ValueError("A request is attempted at least once.")

    def pause(self, attempt: int, retry_after: float | None = None) -> float | None:
        """Give the seconds to wait after the attempt with this number (1 is the first), or None to give up."""
        if attempt >= self.attempts:
            return None
        if retry_after is None:
            return self.random() * min(self.cap, self.base * 2.0 ** min(attempt - 1, 30))
        if retry_after > self.longest_wait:
            return None
        return retry_after + self.random() * self.base


NEVER = RetryPolicy(attempts=1)
"""Send once; for callers that come back later by themselves."""


def retry_after_seconds(value: str | None, *, now: float) -> float | None:
    """Read a Retry-After header, seconds or an HTTP date (RFC 9110, 10.2.3); `now` is wall time in seconds.

    Gives None when there is none or it can't be read, and never less than 0.
    """
    if value is None:
        return None
    text = value.strip()
    if SECONDS.fullmatch(text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, moment.timestamp() - now)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
