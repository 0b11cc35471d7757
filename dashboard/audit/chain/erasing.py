"""Erase a person from the audit trail, as the law may demand. Their entries stay, and the chain still verifies."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import SYSTEM
from dashboard.audit.chain.rows import chain_key
from dashboard.audit.chain.sealing import DATABASE
from dashboard.audit.models import AuditEntry
from dashboard.audit.services import close, record

SLICE = 500


def person_erase(name: str, *, why: str, by: str) -> int:
    """Empty all values that name the person, in slices, and return the number of entries that were changed.

    Of entries of the person: name, number, address and program. Of entries about the person: the object, and, if nobody
    was signed in, address and program too. In every detail: each value that has the name as a word. The erasure is an
    entry itself, without the name. If the process dies, that entry stays "attempted"; run it again.
    """
    entry = record(
        actor=SYSTEM,
        action=AuditAction.PERSON_ERASE,
        object_kind="person",
        outcome=Outcome.ATTEMPTED,
        detail={"who": fingerprint(name), "why": why, "by": by},
    )
    count = 0
    for rows in _slices():
        with transaction.atomic(using=DATABASE):
            for row in rows:
                if changes := _changes(row, name):
                    AuditEntry.objects.filter(pk=row.pk).update(**changes)
                    count += 1
    close(entry, Outcome.DONE, detail={"entries": count})
    return count


def fingerprint(name: str) -> str:
    """Return what stands for an erased name in the trail. Only who has the key can tell whether it is a given name."""
    return hmac.new(chain_key(), f"person:{name}".encode(), hashlib.sha256).hexdigest()[:16]


def _slices() -> Iterator[list[AuditEntry]]:
    after = 0
    while rows := list(AuditEntry.objects.filter(id__gt=after).order_by("id")[:SLICE]):
        yield rows
        after = rows[-1].pk


def _changes(row: AuditEntry, name: str) -> dict[str, Any]:
    """Return the fields of the entry that are to be emptied."""
    changes: dict[str, Any] = {}
    is_about = row.object_kind == "person" and row.object_id == name
    if row.username == name:
        changes |= {"username": "", "user_id": None, "ip": None, "user_agent": ""}
    if is_about:
        changes["object_id"] = ""
        if not row.username:
            changes |= {"ip": None, "user_agent": ""}
    word = re.compile(rf"(?<![\w.@+-]){re.escape(name)}(?![\w@+-])", re.IGNORECASE)
    named = [key for key, value in row.detail.items() if value is not None and word.search(str(value))]
    if named:
        changes["detail"] = {**row.detail, **dict.fromkeys(named)}
    return changes
