"""Events and what was told grow old: they are deleted, and so are replays and rotated files."""

from __future__ import annotations

from datetime import datetime

from dashboard.retention.registry import AT_ONCE, Rule, register_rule
from investigate.event_export.models import Event, ReadLog, Replay, ToldVerdict, Unread
from investigate.event_export.sending.files import delete_rotated

_BY_AGE = ((Event, "found_at"), (ToldVerdict, "seen_at"), (ReadLog, "read_at"), (Unread, "since"), (Replay, "asked_at"))


def _delete_slice(before: datetime) -> tuple[int, bool]:
    for model, field in _BY_AGE:
        old = model._default_manager.filter(**{f"{field}__lt": before}).order_by(field)
        pks = list(old.values_list("pk", flat=True)[:AT_ONCE])
        model._default_manager.filter(pk__in=pks).delete()
        if pks:
            return len(pks), True
    return delete_rotated(before), False


# What changes of verdicts are compared with must outlive the days that are looked through for them.
register_rule(Rule("events that left", "GATEHOUSE_EVENT_DAYS", _delete_slice, is_evidence=False, at_least=8))
