"""Figure of the overview: policies that expire within a week."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from dashboard.capabilities import Capability
from dashboard.overview.figures import COUNTED_AT_MOST, Figure, bounded
from settings_admin.upkeep.models import TermState
from settings_admin.upkeep.terms import WARNED, terms


def upkeep_figures(_since: datetime) -> list[Figure]:
    """Return the number of entries that expire within a week. It is left out while there are none."""
    until = timezone.now().date() + timedelta(days=WARNED.days)
    count = terms().exclude(state=TermState.ENDED).filter(due_on__lte=until)[: COUNTED_AT_MOST + 1].count()
    if not count:
        return []
    url = f"{reverse('settings_admin:upkeep')}?show=expiring"
    return [Figure("Policies that expire within a week", bounded(count), url, Capability.VIEW_POLICIES, warns=True)]
