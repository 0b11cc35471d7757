"""Transactions that survive the death of the process, and whose loss in a power cut does no harm."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, transaction

_NORMAL = 1


@contextmanager
def light_transaction(using: str) -> Iterator[None]:
    """Run the block in a transaction whose commit does not wait for the disk, or as part of one that is open.

    Once the block has ended, other processes see what it wrote, and it stays if this process is killed. A power cut may
    undo the newest such transactions, never those before an ordinary commit. Use it for what is found out or done again
    then, such as claims.
    """
    connection = connections[using]
    if connection.in_atomic_block:
        with transaction.atomic(using=using):
            yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            before = int(cursor.execute("PRAGMA synchronous").fetchone()[0])
            cursor.execute(f"PRAGMA synchronous = {min(before, _NORMAL)}")
            try:
                with transaction.atomic(using=using):
                    yield
            finally:
                if connection.connection is not None:
                    cursor.execute(f"PRAGMA synchronous = {before}")
    else:
        with transaction.atomic(using=using), connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO OFF")
            yield
