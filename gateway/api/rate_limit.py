"""Rate limiting: a maximum number of calls in a time window for each token, counted in Redis across processes.

GATEWAY_RATE_LIMIT is 1,200 calls in 300 seconds unless it is set otherwise. The console's own token has no limit in the
same process, and the token of run.json, for scripts on this machine, has none. In-process calls by other tokens are
counted separately from their HTTP calls. If Redis does not answer, calls are allowed, since a limit that can't be
counted must not make the API unavailable.
"""

import logging
import time
from dataclasses import dataclass

import redis
from django.conf import settings

from gateway.api.problems import RATE_LIMITED, Problem
from gateway.models import Token
from gateway.tokens.key_files import RUN

logger = logging.getLogger(__name__)
_POLICY = "default"


@dataclass(frozen=True, slots=True)
class Budget:
    """A token's budget: `limit` calls in `window` seconds. `remaining` calls are left for the next `reset` seconds."""

    limit: int
    window: int
    remaining: int
    reset: int

    def headers(self) -> dict[str, str]:
        """Return the rate limit headers in both documented formats."""
        return {
            "Ratelimit": f'"{_POLICY}";r={self.remaining};t={self.reset}',
            "Ratelimit-Policy": f'"{_POLICY}";q={self.limit};w={self.window}',
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset),
        }


def take(token: Token, *, in_process: bool) -> Budget | None:
    """Count one call of `token` and return its budget, or None if there is no limit for it or Redis does not answer.

    :raises Problem: 429 with Retry-After if the budget was used up.
    """
    policy: tuple[int, int] | None = settings.GATEWAY_RATE_LIMIT
    if policy is None or token.name == RUN or (token.is_console and in_process):
        return None
    limit, window = policy
    now = time.time()
    reset = max(1, int(window - now % window + 0.999))
    used = _count(f"{token.account_id}:{token.pk}:{'console' if in_process else 'http'}:{int(now // window)}", window)
    if used is None:
        return None
    budget = Budget(limit, window, max(0, limit - used), reset)
    if used > limit:
        headers = budget.headers() | {"Retry-After": str(reset)}
        raise Problem(429, RATE_LIMITED, f"More than {limit} calls in {window} seconds", headers=headers)
    return budget


def _count(name: str, window: int) -> int | None:
    try:
        with (
            redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as client,
            client.pipeline() as batch,
        ):
            key = f"gatehouse:rate:{name}"
            batch.incr(key)
            batch.expire(key, window + 1)
            used, _ = batch.execute()
    except redis.RedisError as error:
        logger.warning("calls aren't counted: Redis doesn't answer (%s)", type(error).__name__)
        return None
    return int(used)
