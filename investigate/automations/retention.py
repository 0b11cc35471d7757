"""What automations did and noted grows old: firings and ticked notices are deleted."""

from datetime import datetime

from dashboard.retention.registry import AT_ONCE, Rule, register_rule
from investigate.automations.models import Firing, Notice


def _delete_slice(before: datetime) -> tuple[int, bool]:
    pks = list(Firing.objects.filter(at__lt=before).order_by("at").values_list("pk", flat=True)[:AT_ONCE])
    Firing.objects.filter(pk__in=pks).delete()
    if len(pks) == AT_ONCE:
        return len(pks), True
    old = Notice.objects.filter(at__lt=before, done_at__isnull=False).order_by("id")
    notices = list(old.values_list("pk", flat=True)[:AT_ONCE])
    Notice.objects.filter(pk__in=notices).delete()
    return len(pks) + len(notices), len(notices) == AT_ONCE


# A mail that is reported again within the time that copies are looked for must still be known.
register_rule(Rule("acts of automations", "GATEHOUSE_AUTOMATION_DAYS", _delete_slice, at_least=91))
