"""Read alerts and what they found."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.badges import BADGE_AT_MOST
from dashboard.capabilities import Capability, can
from investigate.alerts.models import Alert, Finding


def alerts_all() -> QuerySet[Alert]:
    """Return the alerts of the configured backend."""
    return Alert.objects.filter(account_id=backend_account_id(), backend=backend_fingerprint())


def alerts_for(user: User) -> QuerySet[Alert]:
    """Return the alerts that a person sees: their own and the team's."""
    return alerts_all().filter(Q(owner=user) | Q(owner=None)).select_related("owner")


def may_change(user: User, alert: Alert) -> bool:
    """Return whether a person may change an alert: their own, or the team's with the right to send."""
    return alert.owner_id == user.pk if alert.owner_id else can(user, Capability.MANAGE_SENDING)


def findings_of(alert: Alert, *, at_most: int) -> list[Finding]:
    """Return the newest findings of an alert."""
    return list(alert.findings.order_by("-id")[:at_most])


def failing_count() -> int:
    """Return how many of the team's alerts can't look, one more than a badge shows at most."""
    return alerts_all().filter(is_on=True, owner=None).exclude(error="").order_by()[: BADGE_AT_MOST + 1].count()
