"""What the page of one audit entry shows."""

from typing import Any

from dashboard.audit.chain.canonical import erased, row_key, wrong_digests
from dashboard.audit.chain.rows import chain_key, row_of
from dashboard.audit.detail import changed_fields, single_facts
from dashboard.audit.models import AuditEntry


def entry_context(entry: AuditEntry) -> dict[str, Any]:
    """Return the template context. `changes` has a field's name, and its value before and after, of each changed field.

    `proof` says whether the values are those that were digested: "intact", "changed" or "none" without digests.
    """
    row = row_of(entry)
    wrong = wrong_digests(row, row_key(chain_key(), entry.salt)) if entry.digests else []
    detail = entry.final_detail
    return {
        "entry": entry,
        "changes": changed_fields(detail),
        "facts": single_facts(detail),
        "erased": [name.removeprefix("detail.").replace("_", " ") for name in erased(row)],
        "proof": ("changed" if wrong else "intact") if entry.digests else "none",
        "wrong": wrong,
    }
