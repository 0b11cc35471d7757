"""Verify the audit trail: find the first entry that was changed, taken away, put in or moved."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain

from django.db import connections
from django.utils import timezone

from dashboard.audit.chain import triggers
from dashboard.audit.chain.canonical import GENESIS, chain_hash, row_key, seal, wrong_digests
from dashboard.audit.chain.cutting import last_checkpoint, proof_of
from dashboard.audit.chain.heads import Head, kept_heads
from dashboard.audit.chain.rows import chain_key, row_of
from dashboard.audit.chain.sealing import DATABASE
from dashboard.audit.checkpoints import AuditCheckpoint
from dashboard.audit.models import AuditEntry

CHUNK = 2000
LATE = timedelta(minutes=1)
"""An entry that is not sealed after this time should be: the task `keep_chain` runs every ten seconds."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The first place where the trail does not hold. `entry` is the id of the entry there, or None if it is missing."""

    entry: int | None
    position: int | None
    why: str

    def __str__(self) -> str:
        where = f"entry {self.entry}" if self.entry is not None else "the trail"
        return f"{where}{f', place {self.position}' if self.position else ''}: {self.why}"


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found: the number of sealed and of waiting entries, and the first broken place, if there is one.

    `cut` is the place up to which retention has deleted entries, 0 for a whole chain.
    """

    sealed: int
    waiting: int
    broken: Broken | None
    cut: int = 0


def verify() -> Verified:
    """Check all entries in the order of the chain, with memory for one chunk. Nothing is written.

    Entries that are written meanwhile are not checked. What can't be known: an entry that was deleted together with the
    database's triggers after it was written and before it was sealed and a head was kept.
    """
    cut = last_checkpoint()
    first = cut.position if cut else 0
    last, broken = _chain(first, cut.hash if cut else GENESIS)
    if broken is None:
        broken = next(chain(_cuts(), _end(last, cut), _results(cut), _waiting(), _guards()), None)
    waiting = AuditEntry.objects.filter(position=None).count()
    return Verified(last - first, waiting, broken, first)


def _chain(position: int, previous: str) -> tuple[int, Broken | None]:
    """Check the entries after a place and its hash. Return the last place that holds, and what is broken after it."""
    key = chain_key()
    for entry in _in_order(position):
        position += 1
        if entry.position != position:
            return position - 1, Broken(None, position, f"entries are missing before entry {entry.pk}")
        row = row_of(entry)
        if wrong := wrong_digests(row, row_key(key, entry.salt)):
            return position - 1, Broken(entry.pk, position, f"changed after it was written: {', '.join(wrong)}")
        previous = chain_hash(row, position, previous)
        if not secrets.compare_digest(entry.hash, previous):
            return position - 1, Broken(entry.pk, position, "its hash does not fit the entry before it")
        if not secrets.compare_digest(entry.mac, seal(key, previous)):
            return position - 1, Broken(entry.pk, position, "it was not sealed with this installation's key")
    return position, None


def _cuts() -> Iterator[Broken]:
    """Find a checkpoint that was not made by who holds the key: it would pass off deleted entries as too old."""
    for cut in AuditCheckpoint.objects.order_by("position"):
        if not secrets.compare_digest(cut.proof, proof_of(cut.position, cut.hash, cut.last_id, cut.before)):
            yield Broken(None, cut.position, "the checkpoint was not made with this installation's key")


def _in_order(after: int) -> Iterator[AuditEntry]:
    # A chunk at a time by key: a server-side cursor would hold one transaction open for as long as it takes.
    while rows := list(AuditEntry.objects.filter(position__gt=after).order_by("position")[:CHUNK]):
        yield from rows
        after = rows[-1].position or 0


def _end(last: int, cut: AuditCheckpoint | None) -> Iterator[Broken]:
    """Compare the chain with the heads that were kept outside of the database."""
    try:
        heads = list(kept_heads())[-10_000:]
    except ValueError as error:
        yield Broken(None, None, str(error))
        return
    for head in heads:
        yield from _against(head, last, cut)


def _against(head: Head, last: int, cut: AuditCheckpoint | None) -> Iterator[Broken]:
    if not head.is_ours:
        yield Broken(None, head.position, "a kept head was not written with this installation's key")
    elif head.position > last:
        yield Broken(None, last + 1, f"the end is missing: on {head.at} the chain had {head.position} entries")
    elif cut and head.position <= cut.position:
        if head.position == cut.position and head.hash != cut.hash:
            yield Broken(None, head.position, f"the checkpoint has another hash than the entry on {head.at}")
    elif not AuditEntry.objects.filter(position=head.position, hash=head.hash).exists():
        yield Broken(None, head.position, f"the entry has another hash than on {head.at}")


def _results(cut: AuditCheckpoint | None) -> Iterator[Broken]:
    """Find a result whose attempt is gone, and not with what retention deleted."""
    lost = AuditEntry.objects.filter(follows__isnull=False, follows__outcome=None)
    if cut:
        lost = lost.filter(follows_id__gt=cut.last_id)
    for entry in lost.order_by("id")[:1]:
        yield Broken(entry.pk, entry.position, f"it is the result of entry {entry.follows_id}, which is missing")


def _waiting() -> Iterator[Broken]:
    key = chain_key()
    for entry in AuditEntry.objects.filter(position=None).order_by("id")[:CHUNK]:
        if wrong := wrong_digests(row_of(entry), row_key(key, entry.salt)):
            yield Broken(entry.pk, None, f"changed after it was written: {', '.join(wrong)}")
        if entry.at < timezone.now() - LATE:
            yield Broken(entry.pk, None, f"not sealed since {entry.at:%Y-%m-%d %H:%M:%S} UTC")


def _guards() -> Iterator[Broken]:
    """Find triggers that are missing, and an end of the table that SQLite knows to have been longer."""
    connection = connections[DATABASE]
    if missing := triggers.missing(connection):
        yield Broken(
            None, None, f"the database lacks the triggers {', '.join(missing)}; `manage.py migrate` makes them"
        )
    if connection.vendor == "sqlite":
        last = AuditEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [triggers.TABLE])
            row = cursor.fetchone()
        # A transaction that is rolled back gives its numbers back, so a number that was given had an entry.
        if row and row[0] > last:
            yield Broken(None, None, f"the end is missing: the last entry had the number {row[0]}, not {last}")
