"""Retry policy: how often a request is retried, and how long to wait before each retry."""

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
    """Number of attempts and pauses between them. All times are in seconds.

    The pause is a random number between 0 and min(`cap`, `base` doubled with each attempt): full jitter, as in
    "Exponential Backoff And Jitter" of the AWS Architecture Blog. A Retry-After is waited for in full, plus up to
    `base`, so that many clients do not retry at the same time. If Retry-After is longer than `longest_wait`, the error
    is raised instead. `sleep`, `random`, `clock` (wall time) and `monotonic` can be replaced.
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
        """Return the seconds to wait after attempt number `attempt` (from 1), or None if there is no retry."""
        if attempt >= self.attempts:
            return None
        if retry_after is None:
            return self.random() * min(self.cap, self.base * 2.0 ** min(attempt - 1, 30))
        if retry_after > self.longest_wait:
            return None
        return retry_after + self.random() * self.base


NEVER = RetryPolicy(attempts=1)
"""No retries, for callers that retry later themselves."""


def retry_after_seconds(value: str | None, *, now: float) -> float | None:
    """Parse a Retry-After header, in seconds or as an HTTP date (RFC 9110, 10.2.3). `now` is wall time in seconds.

    Return None if the header is missing or invalid. The result is never less than 0.
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
