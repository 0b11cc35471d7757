"""Export of the audit trail as CSV."""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import UTC

from dashboard.audit.models import AuditEntry

# Spreadsheets evaluate cells that start with one of these as formulas. An apostrophe in front prevents that.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
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


class _Echo:
    """File-like object for csv.writer. Its `write` returns the line, so that `writerow` returns it too."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


def csv_lines(entries: Iterable[AuditEntry]) -> Iterator[str]:
    """Yield the lines of the CSV file, header first."""
    writer = csv.writer(_Echo())
    yield writer.writerow(_HEAD)
    for entry in entries:
        yield writer.writerow([_guarded(cell) for cell in _cells(entry)])


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


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
