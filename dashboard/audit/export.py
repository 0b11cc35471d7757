"""Export of the audit trail as CSV."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC
from itertools import chain

from dashboard import csv_cells
from dashboard.audit.models import AuditEntry

_HEAD = [
    "At (UTC)",
    "Who",
    "Role",
    "From",
    "Action",
    "Object kind",
    "Object",
    "Outcome",
    "Account",
    "Backend",
    "Detail",
]


def csv_lines(entries: Iterable[AuditEntry]) -> Iterator[str]:
    """Yield the lines of the CSV file, header first."""
    yield from csv_cells.csv_lines(chain([_HEAD], map(_cells, entries)))


def _cells(entry: AuditEntry) -> list[str]:
    return [
        entry.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        entry.username,
        entry.role,
        entry.ip or "",
        entry.action,
        entry.object_kind,
        entry.object_id,
        entry.outcome,
        entry.account_id,
        entry.backend,
        json.dumps(entry.detail, ensure_ascii=False, sort_keys=True) if entry.detail else "",
    ]
