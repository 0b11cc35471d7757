"""What left the console grows old: entries that ended are deleted."""

from datetime import datetime

from dashboard.outbox.models import OutboxEntry
from dashboard.retention.registry import AT_ONCE, Rule, register_rule


def _delete_slice(before: datetime) -> tuple[int, bool]:
    old = OutboxEntry.objects.filter(ended_at__lt=before).order_by("ended_at")
    pks = list(old.values_list("pk", flat=True)[:AT_ONCE])
    OutboxEntry.objects.filter(pk__in=pks).delete()
    return len(pks), len(pks) == AT_ONCE


# A key that is forgotten may be used again, so entries stay for longer than any of them is tried.
register_rule(Rule("outbox", "GATEHOUSE_OUTBOX_DAYS", _delete_slice, at_least=15))
