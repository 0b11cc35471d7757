"""Lock-out after failed sign-ins, which locks out whoever guesses and nobody else.

Failures are counted three ways, each in the shared cache for a while:

- of an account from one network: after a few, attempts from there wait, twice as long after each further failure;
- from one network on any accounts: a much higher bound, then the network waits;
- of an account from everywhere: after many, attempts from networks that the account never signed in from wait for a
  delay that grows to five minutes. A network that the person has signed in from before never waits for this.

A network is an IPv4 address or an IPv6 /64, since one person may use any address of it.

An attempt counts as failed before its password is looked at, and is taken back if it was right. So attempts at the same
time see each other, however many threads look at passwords.
"""

from __future__ import annotations

import hashlib
import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from django.core.cache import BaseCache, caches
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

PAIR_FREE, PAIR_FIRST_WAIT, PAIR_LONGEST_WAIT = 5, 30, 3600
NETWORK_FREE, NETWORK_WAIT = 100, 900
ACCOUNT_FREE, ACCOUNT_FIRST_WAIT, ACCOUNT_LONGEST_WAIT = 20, 5, 300
KEPT_SECONDS = 2 * 3600
"""How long failures are remembered. It is longer than the longest wait, or a wait would forget what it is for."""

_TURN_SECONDS = 5


@dataclass(frozen=True, slots=True)
class LockOut:
    """A refusal to look at a password: why, for how many seconds more, and how many attempts it has refused so far."""

    scope: str
    seconds: int
    refused: int

    @property
    def is_reported(self) -> bool:
        """Whether this refusal gets an audit row: the 1st, 10th, 100th and so on, so that a flood can't fill it."""
        text = str(self.refused)
        return text[0] == "1" and not text[1:].strip("0")

    @property
    def message(self) -> str:
        """The sentence for the person who tries."""
        minutes = -(-self.seconds // 60)
        wait = f"{minutes} minutes" if minutes > 1 else f"{self.seconds} second{'s' if self.seconds != 1 else ''}"
        return f"Too many failed attempts to sign in. Wait {wait}, then try again."


@dataclass(slots=True)
class Turn:
    """What became of an attempt: refused, or counted as failed so far, by the keys of its counts.

    `started` is the lock-out that it starts if it fails, and `waits` are the keys of the waits that it started.
    """

    refused: LockOut | None = None
    started: LockOut | None = None
    counted: list[str] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)

    def take_back(self) -> None:
        """Uncount the attempt: the password was right, or was not looked at."""
        for key in self.counted:
            _uncount(f"lockout:{key}:failures")
        for key in self.waits:
            _cache_delete(f"lockout:{key}:until")
        self.counted, self.waits = [], []


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who tries to sign in from where. `is_known` says that the account signed in from this network before."""

    account: str
    network: str
    is_known: bool

    def _scopes(self) -> list[tuple[str, str, int, int, int]]:
        account = _hashed(self.account.casefold())
        network = _hashed(self.network)
        scopes = [
            ("account and address", f"{account}:{network}", PAIR_FREE, PAIR_FIRST_WAIT, PAIR_LONGEST_WAIT),
            ("address", network, NETWORK_FREE, NETWORK_WAIT, NETWORK_WAIT),
        ]
        if not self.is_known:
            scopes.append(("account", account, ACCOUNT_FREE, ACCOUNT_FIRST_WAIT, ACCOUNT_LONGEST_WAIT))
        return scopes

    def locked(self) -> LockOut | None:
        """Return why the attempt is refused without looking at the password, or None if it may go on."""
        now = time.time()
        for scope, key, *_bounds in self._scopes():
            until = _cache_get_time(f"lockout:{key}:until")
            if until > now:
                return LockOut(scope, max(1, round(until - now)), _count(f"lockout:{key}:refused"))
        return None

    def begin(self) -> Turn:
        """Count an attempt as failed, before its password is looked at, and return whether that may be done.

        The attempt that reaches a bound starts the wait itself, and is the only one that still may go on.
        """
        turn = Turn(refused=self.locked())
        if turn.refused is not None:
            return turn
        scopes = self._scopes()
        if self.is_known:  # Others, from elsewhere, wait for these failures too.
            account = _hashed(self.account.casefold())
            scopes.append(("account", account, ACCOUNT_FREE, ACCOUNT_FIRST_WAIT, ACCOUNT_LONGEST_WAIT))
        for scope, key, free, first, longest in scopes:
            failures = _count(f"lockout:{key}:failures")
            turn.counted.append(key)
            if failures < free:
                continue
            seconds = min(longest, first * 2 ** min(failures - free, 20))
            may_wait_for_others = scope != "account" or not self.is_known
            if _start_wait(key, seconds):
                turn.waits.append(key)
                if may_wait_for_others:
                    turn.started = turn.started or LockOut(scope, seconds, 0)
            elif may_wait_for_others:
                # Another attempt, at the same time, has started the wait.
                turn.take_back()
                turn.refused = LockOut(scope, seconds, _count(f"lockout:{key}:refused"))
                return turn
        return turn

    def succeeded(self) -> None:
        """Forget the failures of this account from this network. Those of the network go on counting."""
        key = self._scopes()[0][1]
        for part in ("failures", "until", "refused"):
            _cache_delete(f"lockout:{key}:{part}")


def network_of(address: str | None) -> str:
    """Return the network that an address counts as: itself for IPv4, its /64 for IPv6, "unknown" without one."""
    if not address:
        return "unknown"
    found = ip_address(address)
    if found.version == 6:
        return str(found.ipv4_mapped or ip_network((int(found), 64), strict=False))
    return str(found)


def _hashed(text: str) -> str:
    """Return a key of a fixed length, since a stranger chooses the text."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]


# Where Redis can't be reached, each process counts by itself: guessing stays bounded, and people still get in.


def _cache() -> BaseCache:
    return caches["default"]


def _aside(error: RedisError) -> BaseCache:
    logger.warning("Failed sign-ins are counted in this process only: %r", error)
    return caches["process"]


def _count(key: str) -> int:
    def counted(cache: BaseCache) -> int:
        cache.add(key, 0, KEPT_SECONDS)
        try:
            return int(cache.incr(key))
        except ValueError:  # It went away in between.
            cache.set(key, 1, KEPT_SECONDS)
            return 1

    try:
        return counted(_cache())
    except RedisError as error:
        return counted(_aside(error))


def _uncount(key: str) -> None:
    def uncounted(cache: BaseCache) -> None:
        with suppress(ValueError):  # It went away in between.
            cache.decr(key)

    try:
        uncounted(_cache())
    except RedisError as error:
        uncounted(_aside(error))


def _start_wait(key: str, seconds: int) -> bool:
    """Start a wait, unless there is one. Return whether it was started; of several attempts, one does."""

    def started(cache: BaseCache) -> bool:
        # Whoever dies within it leaves it for so long, and others are refused meanwhile.
        if not cache.add(f"lockout:{key}:turn", 1, _TURN_SECONDS):
            return False
        now = time.time()
        is_first = float(cache.get(f"lockout:{key}:until", 0)) <= now
        if is_first:
            cache.set(f"lockout:{key}:until", now + seconds, KEPT_SECONDS)
        cache.delete(f"lockout:{key}:turn")
        return is_first

    try:
        return started(_cache())
    except RedisError as error:
        return started(_aside(error))


def _cache_get_time(key: str) -> float:
    try:
        return float(_cache().get(key, 0))
    except RedisError as error:
        return float(_aside(error).get(key, 0))


def _cache_delete(key: str) -> None:
    try:
        _cache().delete(key)
    except RedisError as error:
        _aside(error).delete(key)
