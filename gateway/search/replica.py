"""Searches in a read replica of PostgreSQL, as long as it has all that the database had when the search began.

So nobody misses what they have just written, whoever they are and wherever they ask. A replica that is behind is waited
for, GATEWAY_REPLICA_WAIT milliseconds at most; then the search goes to the database, and so do those of the next
seconds. Rows are always read from the database: a replica only says which messages match.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.conf import settings
from django.db import DatabaseError, connections

from gateway.search.time_budget import SearchTooSlow, time_budget

logger = logging.getLogger(__name__)
DATABASE: Final = "gateway"
REPLICA: Final = "gateway_replica"
REST_SECONDS: Final = 5.0
_PAUSE: Final = 0.003
T = TypeVar("T")


@dataclass(slots=True)
class _Rest:
    """Until when this process leaves the replica alone: it was behind, or did not answer."""

    until: float = 0.0


_rest = _Rest()


def search_within(seconds: float, search: Callable[[str], T]) -> T:
    """Return what `search` finds in the database whose alias it gets: the replica's if that may be asked.

    :raises SearchTooSlow: it took longer than `seconds`.
    """
    if may_ask_replica():
        try:
            with time_budget(REPLICA, seconds):
                return search(REPLICA)
        except SearchTooSlow:
            raise
        except DatabaseError as error:
            # It went away, or what it replays made it give up the search.
            _leave_alone(type(error).__name__)
    with time_budget(DATABASE, seconds):
        return search(DATABASE)


def may_ask_replica() -> bool:
    """Return whether there is a replica that has all that the database has now. It is waited for a little."""
    if REPLICA not in connections.settings or time.monotonic() < _rest.until:
        return False
    written: str = _value(DATABASE, "SELECT pg_current_wal_flush_lsn()")
    ends = time.monotonic() + settings.GATEWAY_REPLICA_WAIT / 1000
    try:
        while not _value(REPLICA, "SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= %s::pg_lsn", written):
            if time.monotonic() >= ends:
                _leave_alone("it is behind")
                return False
            time.sleep(_PAUSE)
    except DatabaseError as error:
        _leave_alone(type(error).__name__)
        return False
    return True


def _value(alias: str, sql: str, *parameters: str) -> Any:
    with connections[alias].cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0]


def _leave_alone(why: str) -> None:
    logger.warning("searches don't ask the replica for %g seconds: %s", REST_SECONDS, why)
    _rest.until = time.monotonic() + REST_SECONDS
    connections[REPLICA].close()
