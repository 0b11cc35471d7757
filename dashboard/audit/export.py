"""Export of the audit trail as CSV."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC
from itertools import chain

from dashboard import csv_cells
from dashboard.audit.models import AuditEntry

_HEAD = [
    *("Number", "Result of", "At (UTC)", "Who", "Role", "From", "Program", "Request", "Action", "Object kind"),
    *("Object", "Outcome", "Account", "Backend", "Detail", "Place in the chain", "Hash"),
]


def csv_lines(entries: Iterable[AuditEntry]) -> Iterator[str]:
    """Yield the lines of the CSV file, header first."""
    yield from csv_cells.csv_lines(chain([_HEAD], map(_cells, entries)))


def with_results(entries: Iterable[AuditEntry]) -> Iterator[AuditEntry]:
    """Yield the entries, newest first, each with its result, which is a line of its own, before it."""
    for entry in entries:
        if entry.has_result:
            yield entry.result
        yield entry


def _cells(entry: AuditEntry) -> list[object]:
    return [
        entry.pk,
        entry.follows_id,
        entry.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        entry.username,
        entry.role,
        entry.ip,
        entry.user_agent,
        entry.request_id,
        entry.action,
        entry.object_kind,
        entry.object_id,
        entry.outcome,
        entry.account_id,
        entry.backend,
        json.dumps(entry.detail, ensure_ascii=False, sort_keys=True) if entry.detail else "",
        entry.position,
        entry.hash,
    ]
