"""What is known of the upkeep of one entry, or of the rows of a list, for templates."""

from __future__ import annotations

from typing import Any

from settings_admin.entries.entry import Entry
from settings_admin.entries.rows import Row
from settings_admin.kinds import Kind
from settings_admin.upkeep.abused_services import abuse_warning
from settings_admin.upkeep.terms import makers_of, terms_of
from settings_admin.upkeep.uses import KEPT_KINDS, uses_of


def standing(found: Entry) -> dict[str, Any]:
    """Return use, term, owner and warning of one entry as template context. It is empty for kinds without a term."""
    if found.kind not in KEPT_KINDS:
        return {}
    term = terms_of(found.kind, [found.id]).get(found.id)
    made_by = makers_of(found.kind, [found.id]).get(found.id, "")
    return {
        "use": uses_of(found.kind, [found])[found.id],
        "term": term,
        "owner": (term.owner_name if term else "") or made_by,
        "abuse_warning": abuse_warning(found.kind, found.values),
    }


def add_upkeep(kind: Kind, rows: list[Row]) -> bool:
    """Fill in use and term of the rows of a list. Return whether the kind has any."""
    if kind not in KEPT_KINDS:
        return False
    entries = [row.entry for row in rows]
    uses, agreed = uses_of(kind, entries), terms_of(kind, [one.id for one in entries])
    for row in rows:
        row.use, row.term = uses[row.entry.id], agreed.get(row.entry.id)
    return True
