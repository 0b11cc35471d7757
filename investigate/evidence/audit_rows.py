"""The audit entries of an evidence pack, and the links of the chain that prove them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.db.models import Q

from dashboard.audit.chain.canonical import GENESIS, content_digest, row_key
from dashboard.audit.chain.rows import chain_key, row_of
from dashboard.audit.chain.sealing import AT_ONCE, seal_pending
from dashboard.audit.checkpoints import AuditCheckpoint
from dashboard.audit.models import AuditEntry
from dashboard.backend import backend_account_id, backend_fingerprint

ENTRIES_AT_MOST = 2000
LINKS_AT_MOST = 5000
_BESIDE = 2


def entries_about(objects: list[tuple[str, str]], *, also: AuditEntry) -> list[AuditEntry]:
    """Return the newest entries about the objects (kind and id) with their results, and `also`, in the chain's order.

    All that wait are sealed first. At most ENTRIES_AT_MOST are returned.
    """
    while seal_pending() == AT_ONCE:
        pass
    wanted = Q(pk=also.pk)
    for kind, object_id in objects:
        wanted |= Q(
            object_kind=kind, object_id=object_id, account_id=backend_account_id(), backend=backend_fingerprint()
        )
    found = AuditEntry.objects.filter(wanted, position__isnull=False).order_by("-position")[:ENTRIES_AT_MOST]
    return list(found)[::-1]


def entry_lines(entries: list[AuditEntry]) -> Iterator[str]:
    """Yield each entry as a line of JSON, with the key of its own digests, which proves no other entry."""
    key = chain_key()
    for entry in entries:
        told = {"position": entry.position, "row": row_of(entry), "key": row_key(key, entry.salt).hex()}
        yield json.dumps(told, sort_keys=True) + "\n"


def link_lines(entries: list[AuditEntry]) -> Iterator[str]:
    """Yield the links from the first to the last entry, with the digest of what each holds and nothing of it.

    If there are more than LINKS_AT_MOST, only the entries and their neighbours are linked; kept heads prove the rest.
    """
    positions = [entry.position or 0 for entry in entries]
    if max(positions) - min(positions) < LINKS_AT_MOST:
        wanted = Q(position__range=(min(positions) - 1, max(positions)))
        found = AuditEntry.objects.filter(wanted).order_by("position").iterator(chunk_size=1000)
    else:
        around = {place + step for place in positions for step in range(-_BESIDE, _BESIDE + 1)}
        # SQLite takes 999 parameters at most, in older builds.
        numbers = sorted(around)
        slices = [numbers[start : start + 500] for start in range(0, len(numbers), 500)]
        found = (row for part in slices for row in AuditEntry.objects.filter(position__in=part).order_by("position"))
    before = _hash_before(min(positions) - 1)
    for row in found:
        place = row.position or 0
        previous = before.get(place - 1) or _hash_before(place).get(place - 1, "")
        before = {place: row.hash}
        told = {"position": place, "previous": previous, "content": content_digest(row_of(row)), "hash": row.hash}
        yield json.dumps(told, sort_keys=True) + "\n"


def _hash_before(position: int) -> dict[int, str]:
    if position <= 1:
        return {0: GENESIS}
    made = AuditEntry.objects.filter(position=position - 1).values_list("hash", flat=True).first()
    if made is None:  # Retention may have deleted it, and has kept its hash.
        made = AuditCheckpoint.objects.filter(position=position - 1).values_list("hash", flat=True).first()
    return {position - 1: made or ""}
