"""Seal audit rows: give each its place in the chain and the hash over the row before it.

Decision 11 tells why rows are sealed after they are written: a lock on the chain's head that lasts as long as the
transaction of whoever writes a row would let a job of 100,000 messages stop everybody else.
"""

from functools import partial

from django.db import connections, transaction

from dashboard.audit.chain.canonical import GENESIS, chain_hash, seal
from dashboard.audit.chain.rows import chain_key, row_of
from dashboard.audit.models import AuditEntry

DATABASE = "default"
AT_ONCE = 500
"""Rows that one transaction seals."""

# The advisory lock of whoever appends to the chain on PostgreSQL: any number that nothing else uses.
_LOCK = 0x6A7E_A0D1


def seal_soon() -> None:
    """Seal the row that was just written: at once on SQLite, on the transaction's commit on PostgreSQL.

    On SQLite whoever writes holds the database's only write lock anyway, so no row is ever without its seal. On
    PostgreSQL a row waits from its commit until the next statement; if the process dies between them, the task
    `keep_chain` seals it.
    """
    if connections[DATABASE].vendor == "sqlite":
        seal_pending()
    else:
        transaction.on_commit(partial(seal_pending, wait=False), using=DATABASE, robust=True)


def seal_pending(*, wait: bool = True) -> int:
    """Seal up to AT_ONCE rows in the order of their ids, and return how many. May run at any time, in any process.

    Without `wait`, nothing is done while another process seals: it, or the next row, or `keep_chain` takes this one.
    """
    with transaction.atomic(using=DATABASE):
        if not _locked(wait=wait):
            return 0
        waiting = list(AuditEntry.objects.filter(position=None).order_by("id")[:AT_ONCE])
        if not waiting:
            return 0
        last = AuditEntry.objects.filter(position__isnull=False).order_by("-position").first()
        position, previous, key = (last.position or 0, last.hash, chain_key()) if last else (0, GENESIS, chain_key())
        for entry in waiting:
            position += 1
            previous = chain_hash(row_of(entry), position, previous)
            AuditEntry.objects.filter(pk=entry.pk, position=None).update(
                position=position, hash=previous, mac=seal(key, previous)
            )
            entry.position, entry.hash = position, previous
    return len(waiting)


def _locked(*, wait: bool) -> bool:
    """Take the lock of the chain's head until the transaction ends. On SQLite, IMMEDIATE transactions have it."""
    connection = connections[DATABASE]
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])
