"""Retire an entry: delete it, or switch a content policy off, as any admin would."""

from __future__ import annotations

from dashboard.audit.actor import Actor
from settings_admin.entries.api import Policies
from settings_admin.entries.entry import Entry
from settings_admin.entries.services import Locked, entry_delete, entry_edit
from settings_admin.kinds import CONTENT_POLICIES, Kind


def entry_retire(*, kind: Kind, entry_id: str, actor: Actor, why: str) -> Entry:
    """Retire an entry and return it as it was. It is recorded, and can be put back from the history.

    Raise NotFound if it is gone, and Locked if a directory owns it. A content policy that is off already is left as it
    is. If the process dies after the request, the change stays "attempted" in the history, and doing it again finds the
    entry gone or off: nothing is done twice.
    """
    found = Policies(kind).get(entry_id)
    if found.locked:
        raise Locked(found.locked)
    if kind is not CONTENT_POLICIES:
        return entry_delete(kind=kind, entry_id=entry_id, actor=actor, why=why)
    seen_at = found.modified_at.isoformat() if found.modified_at else ""
    wanted = found.values | {"enabled": False}
    entry_edit(kind=kind, entry_id=entry_id, seen=found.values, seen_at=seen_at, wanted=wanted, actor=actor, why=why)
    return found
