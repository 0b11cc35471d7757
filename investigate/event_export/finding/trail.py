"""Finds entries of the audit trail, in the order of the chain."""

from __future__ import annotations

from typing import Any

from dashboard.audit.models import AuditEntry
from investigate.event_export.feed import NewEvent
from investigate.event_export.finding.place import Look, Step
from investigate.event_export.states import Kind

AT_ONCE = 500


def step(look: Look, cursor: dict[str, Any]) -> Step:
    """Return the next entries that have their place in the chain. Positions have no gaps, so none is passed over."""
    after = cursor.get("position")
    if after is None:
        after = AuditEntry.objects.filter(position__isnull=False, at__lt=look.since).order_by("-position")
        after = after.values_list("position", flat=True).first() or 0
    rows = list(AuditEntry.objects.filter(position__gt=after).order_by("position")[:AT_ONCE])
    events = [NewEvent(Kind.AUDIT, (row.position,), at=row.at, audit_id=row.pk) for row in rows]
    newest = rows[-1].position if rows else after
    is_end = len(rows) < AT_ONCE
    return Step({"position": newest}, events, is_end, read_until=look.now if is_end else None)
