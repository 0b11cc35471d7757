"""Rate limiting of API calls across all processes, with a sliding window that is counted in Redis.

Redis stores two keys for each backend: the numbers of calls by slices of the window, and a pause that the API asked
for. Both keys expire. If Redis can't be reached, calls are not limited here; the API still answers 429 itself.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from dataclasses import dataclass
from typing import Any

import redis

from api_client.rate_limit import RateLimit

SLICES = 30
RESERVE = 0.25
"""Share of the budget that workers leave for the requests of signed-in users."""
RETRY_REDIS_AFTER = 5.0
TIMEOUT = 1.0

# Lua script that counts a call. KEYS: counts, pause. ARGV: window in ms, slice in ms, maximum of calls (0: no limit),
# 1 for a worker's call. Returns the milliseconds to wait, or 0 if the call was counted. It uses the clock of Redis,
# which all processes share.
TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local paused = redis.call('PTTL', KEYS[2])
if paused > 0 and tonumber(ARGV[4]) == 1 then return paused end
local most = tonumber(ARGV[3])
if most == 0 then return 0 end
local slice = math.floor(now / ARGV[2])
local first = slice - math.floor(ARGV[1] / ARGV[2]) + 1
local used, oldest = 0, slice
local counts = redis.call('HGETALL', KEYS[1])
for at = 1, #counts, 2 do
    local number = tonumber(counts[at])
    if number < first then
        redis.call('HDEL', KEYS[1], counts[at])
    else
        used = used + tonumber(counts[at + 1])
        if number < oldest then oldest = number end
    end
end
if used >= most and tonumber(ARGV[4]) == 1 then
    return math.max(1, (oldest + math.floor(ARGV[1] / ARGV[2])) * ARGV[2] - now)
end
redis.call('HINCRBY', KEYS[1], slice, 1)
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 0
"""

# Lua script that sets a pause. A shorter pause never replaces a longer one.
PAUSE = """
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], '1', 'PX', ARGV[1]) end
"""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Use:
    """Use of the budget: `calls` in the window, out of `limit` (None: no limit), and the current `pause` in seconds."""

    calls: int
    limit: int | None
    pause: float


class Budget:
    """The call budget of one backend. `rate` is (calls, seconds), or None for no limit. It is thread-safe."""

    def __init__(self, *, url: str, name: str, rate: tuple[int, int] | None) -> None:
        self._url = url
        self._counts, self._pause = f"gatehouse:calls:{name}", f"gatehouse:pause:{name}"
        self.rate = rate
        self._window = (rate[1] if rate else 0) * 1000
        self._connection: tuple[int, Any] | None = None
        self._lock = threading.Lock()
        self._down_until = 0.0

    def take(self, *, background: bool) -> float:
        """Count a call and return 0, or return the seconds after which a worker may try again.

        Calls for signed-in users (not `background`) are counted but never delayed.
        """
        if self.rate is None and not background:
            return 0.0
        calls = self.rate[0] if self.rate else 0
        most = max(1, int(calls * (1 - RESERVE))) if background and calls else calls
        part = max(1, self._window // SLICES)
        given = self._ask(TAKE, [self._counts, self._pause], [self._window or 1, part, most, int(background)])
        return int(given or 0) / 1000

    def pause(self, seconds: float) -> None:
        """Pause the calls of all workers for this many seconds."""
        if seconds > 0:
            self._ask(PAUSE, [self._pause], [int(seconds * 1000)])

    def heed(self, limit: RateLimit | None) -> None:
        """Pause all workers until the rate limit resets if only the share reserved for users remains."""
        if limit is None or limit.remaining is None or limit.limit is None or limit.reset_seconds is None:
            return
        if limit.remaining <= limit.limit * RESERVE:
            self.pause(limit.reset_seconds)

    def use(self) -> Use | None:
        """Return the use of the budget, or None if Redis can't be reached."""
        script = "return {redis.call('HVALS', KEYS[1]), redis.call('PTTL', KEYS[2])}"
        said = self._ask(script, [self._counts, self._pause], [])
        if said is None:
            return None
        counts, pause = said
        return Use(
            calls=sum(int(count) for count in counts),
            limit=self.rate[0] if self.rate else None,
            pause=max(0, int(pause)) / 1000,
        )

    def _ask(self, script: str, keys: list[str], arguments: list[int]) -> Any:
        if time.monotonic() < self._down_until:
            return None
        try:
            return self._redis().eval(script, len(keys), *keys, *arguments)
        except redis.RedisError as error:
            self._down_until = time.monotonic() + RETRY_REDIS_AFTER
            logger.warning("calls to the API are not counted for now, Redis can't be reached: %s", error)
            return None

    def _redis(self) -> Any:
        # A connection that was inherited by a fork belongs to the parent process, so each process opens its own.
        with self._lock:
            if self._connection is None or self._connection[0] != os.getpid():
                connection = redis.Redis.from_url(self._url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT)
                self._connection = (os.getpid(), connection)
            return self._connection[1]
