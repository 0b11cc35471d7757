"""Statement timeout for searches in the database (SQLite and PostgreSQL)."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connections, transaction

# SQLite calls the progress handler after this many steps of its virtual machine, about once a millisecond.
_STEPS = 20_000


class SearchTooSlow(Exception):
    """The search exceeded its time budget and was interrupted."""


@contextmanager
def time_budget(alias: str, seconds: float) -> Iterator[None]:
    """Interrupt the block's statements after `seconds`, in total on SQLite and per statement on PostgreSQL.

    :raises SearchTooSlow: a statement was interrupted, or `seconds` is not positive.
    """
    if seconds <= 0:
        raise SearchTooSlow
    if connections[alias].vendor == "sqlite":
        yield from _sqlite(alias, seconds)
    else:
        yield from _postgres(alias, seconds)


def _sqlite(alias: str, seconds: float) -> Iterator[None]:
    connection = connections[alias]
    connection.ensure_connection()
    deadline = time.monotonic() + seconds
    connection.connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
    try:
        yield
    except OperationalError as error:
        if "interrupted" in str(error):
            raise SearchTooSlow from error
        raise
    finally:
        if connection.connection is not None:
            connection.connection.set_progress_handler(None, _STEPS)


def _postgres(alias: str, seconds: float) -> Iterator[None]:
    try:
        with transaction.atomic(using=alias):
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(max(1, int(seconds * 1000)))])
            yield
    except OperationalError as error:
        if "statement timeout" in str(error):
            raise SearchTooSlow from error
        raise
