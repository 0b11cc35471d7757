"""What the page of one audit entry shows."""

from typing import Any

from dashboard.audit.chain.canonical import erased, row_key, wrong_digests
from dashboard.audit.chain.rows import chain_key, row_of
from dashboard.audit.models import AuditEntry

_BESIDE = ("before", "after")


def entry_context(entry: AuditEntry) -> dict[str, Any]:
    """Return the template context. `changes` has a field's name, and its value before and after, of each changed field.

    `proof` says whether the values are those that were digested: "intact", "changed" or "none" without digests.
    """
    row = row_of(entry)
    wrong = wrong_digests(row, row_key(chain_key(), entry.salt)) if entry.digests else []
    detail = entry.final_detail
    return {
        "entry": entry,
        "changes": changes(detail),
        "facts": [(name, value) for name, value in detail.items() if name not in _BESIDE and value is not None],
        "erased": [name.removeprefix("detail.").replace("_", " ") for name in erased(row)],
        "proof": ("changed" if wrong else "intact") if entry.digests else "none",
        "wrong": wrong,
    }


def changes(detail: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Return the changed fields of a detail. A side that is missing, as of something new, has None."""
    before, after = (found if isinstance(found := detail.get(side), dict) else {} for side in _BESIDE)
    return [(name, before.get(name), after.get(name)) for name in {**before, **after}]
