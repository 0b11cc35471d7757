"""Requests that have ended grow old."""

from datetime import datetime

from dashboard.retention.registry import AT_ONCE, Rule, register_rule
from investigate.release_requests.models import ReleaseRequest


def _delete_slice(before: datetime) -> tuple[int, bool]:
    old = ReleaseRequest.objects.filter(ended_at__lt=before).order_by("ended_at")
    keys = list(old.values_list("pk", flat=True)[:AT_ONCE])
    ReleaseRequest.objects.filter(pk__in=keys).delete()
    return len(keys), len(keys) == AT_ONCE


register_rule(Rule("requests of recipients", "GATEHOUSE_REQUEST_DAYS", _delete_slice))
