"""Take an evidence pack. It is on record before and after, with the hash of its manifest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.export import csv_lines
from dashboard.audit.models import AuditEntry
from dashboard.audit.services import close, record
from investigate.evidence.audit_rows import entries_about, entry_lines, link_lines
from investigate.evidence.contents import ADDING
from investigate.evidence.packing import Pack
from investigate.evidence.verify_pack import ENTRIES, LINKS


@dataclass(frozen=True, slots=True)
class TakenPack:
    """A finished pack: its file, at the start, and the SHA-256 of its manifest."""

    file: IO[bytes]
    digest: str


def evidence_take(*, kind: str, key: str, actor: Actor, why: str) -> TakenPack:
    """Make a pack of a message, job or submission. Raise ApiError or Http404 if there is no such thing.

    The entry in the audit trail is written first, and is itself in the pack. If the process dies, it stays "attempted",
    and the temporary file is gone.
    """
    told = {"object_kind": kind, "object_id": key}
    entry = record(
        actor=actor, action=AuditAction.EVIDENCE_EXPORT, outcome=Outcome.ATTEMPTED, detail={"why": why}, **told
    )
    pack = Pack()
    try:
        digest = _fill(pack, kind, key, actor, why, entry)
    except Exception as error:
        pack.discard()
        close(entry, Outcome.FAILED, detail={"error": type(error).__name__})
        raise
    close(entry, Outcome.DONE, detail={"manifest": digest, "bytes": pack.size})
    return TakenPack(pack.file, digest)


def _fill(pack: Pack, kind: str, key: str, actor: Actor, why: str, entry: AuditEntry) -> str:
    left_out: list[str] = []
    objects = ADDING[kind](pack, key, actor=actor, left_out=left_out)
    entries = entries_about(objects, also=entry)
    pack.add_lines("audit/entries.csv", csv_lines(reversed(entries)))
    pack.add_lines(ENTRIES, entry_lines(entries))
    pack.add_lines(LINKS, link_lines(entries))
    return pack.finish(
        {
            "subject": {"kind": kind, "id": key},
            "made_at": timezone.now().isoformat(timespec="seconds"),
            "made_by": actor.username,
            "why": why,
            "left_out": left_out,
        }
    )
