"""Lines of the audit trail: each entry as it is chained, so whoever keeps the lines can verify the chain.

`Position`, `Hash`, `Salt` and `Digests` are those of `dashboard/audit/chain/canonical.py`: the hash of a line's entry
covers its plain fields and digests, and the hash before it. No key is needed to check that. Values that were erased by
the time a line is sent are empty, and their digests stay.
"""

from __future__ import annotations

from typing import Any

from dashboard.audit.chain.rows import row_of
from dashboard.audit.models import AuditEntry
from investigate.event_export.formats.values import text

_NAMES = {
    "id": "ID",
    "at": "At",
    "user_id": "UserID",
    "username": "Username",
    "role": "Role",
    "ip": "IP",
    "user_agent": "UserAgent",
    "request_id": "RequestID",
    "action": "Action",
    "object_kind": "ObjectKind",
    "object_id": "ObjectID",
    "outcome": "Outcome",
    "follows_id": "Follows",
    "account_id": "AccountID",
    "backend": "Backend",
    "detail": "Detail",
    "salt": "Salt",
    "digests": "Digests",
}


def audit_fields(entry: AuditEntry) -> dict[str, Any]:
    """Return the fields of an entry that has its place in the chain."""
    row = row_of(entry)
    fields = {name: row[key] for key, name in _NAMES.items()}
    return {"Position": entry.position, **fields, "ActionLabel": text(entry.action_label, 200), "Hash": entry.hash}
