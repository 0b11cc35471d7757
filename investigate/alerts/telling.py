"""Tells what an alert found: one message for all that may be told now, once an hour at most of the same thing."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from dashboard.capabilities import Capability, can
from dashboard.outbox.services import Outgoing, outbox_add
from investigate.alerts.message import Told, outgoing_of
from investigate.alerts.models import Alert, Finding, Way

HOUR = timedelta(hours=1)
SPACING = timedelta(minutes=5)
"""Between two messages of one alert, whatever they are about."""


def tell(pk: int) -> int:
    """Put what may be told now into the outbox as one message, in one transaction with the mark that it was told.

    Return the number of findings in it. The rest waits: its thing was told within the last hour, or the alert told
    something a moment ago.
    """
    with transaction.atomic():
        alert = Alert.objects.select_for_update(of=("self",)).select_related("owner").filter(pk=pk, is_on=True).first()
        now = timezone.now()
        if alert is None or (alert.told_at and alert.told_at > now - SPACING):
            return 0
        waiting = list(alert.findings.filter(told_at=None).order_by("id"))
        recent = set(
            alert.findings.filter(thing__in={one.thing for one in waiting}, told_at__gt=now - HOUR).values_list(
                "thing", flat=True
            )
        )
        ready = [one for one in waiting if one.thing not in recent]
        if not ready:
            return 0
        if (outgoing := _outgoing(alert, ready)) is not None:
            outbox_add([outgoing])
        Finding.objects.filter(pk__in=[one.pk for one in ready]).update(told_at=now)
        Alert.objects.filter(pk=pk).update(told_at=now, left_out=0)
    return len(ready)


def _outgoing(alert: Alert, ready: list[Finding]) -> Outgoing | None:
    """Return the message, or None if nobody may get it any more: the owner left, or lost the right to search."""
    target = alert.target
    if alert.owner is not None:
        if not alert.owner.is_active or not can(alert.owner, Capability.SAVE_SEARCHES):
            return None
        if alert.way == Way.MAIL:
            target = alert.owner.email
    if not target:
        return None
    told = Told(alert, ready, len(ready) + alert.left_out)
    return outgoing_of(told, target=target, key=f"alert:{alert.pk}:{ready[-1].pk}")
