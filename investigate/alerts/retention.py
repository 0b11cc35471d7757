"""What alerts found grows old: what was told is deleted."""

from datetime import datetime

from dashboard.retention.registry import AT_ONCE, Rule, register_rule
from investigate.alerts.models import Finding


def _delete_slice(before: datetime) -> tuple[int, bool]:
    old = Finding.objects.filter(found_at__lt=before, told_at__isnull=False).order_by("found_at")
    pks = list(old.values_list("pk", flat=True)[:AT_ONCE])
    Finding.objects.filter(pk__in=pks).delete()
    return len(pks), len(pks) == AT_ONCE


# What was told must be known as long as the same message can still be found again.
register_rule(Rule("findings of alerts", "GATEHOUSE_OUTBOX_DAYS", _delete_slice, is_evidence=False, at_least=15))
