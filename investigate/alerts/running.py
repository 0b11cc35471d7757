"""Has alerts look, and tell what they found. Each alert is worked on by one worker at a time."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from api_client import ApiError
from api_client.errors import RateLimited
from dashboard.backend import api_client_for_background
from dashboard.leases import lease_end
from investigate.alerts.finders.found import Sighting
from investigate.alerts.finders.registry import FINDERS
from investigate.alerts.models import Alert, Finding
from investigate.alerts.selectors import alerts_all
from investigate.alerts.telling import tell
from investigate.automations.condition import ConditionInvalid

logger = logging.getLogger(__name__)
EVERY = timedelta(seconds=45)
PAUSE = timedelta(minutes=2)
KEPT_AT_MOST = 500
"""Findings of an alert that wait to be told. What comes on top is counted, not kept."""


def alerts_run() -> None:
    """Have every alert look that is due, and tell what it found. What fails in one does not keep the others."""
    for pk in list(_due().order_by("looked_at").values_list("pk", flat=True)):
        alert_run(pk)


def _due() -> QuerySet[Alert]:
    now = timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    waited = Q(not_before=None) | Q(not_before__lte=now)
    return alerts_all().filter(free, waited, is_on=True)


def alert_run(pk: int) -> None:
    """Claim an alert, look for what it is about, and tell what may be told now.

    What was found is written with the cursor after it. So if the process dies, it is found once, and told once.
    """
    if not _due().filter(pk=pk).update(lease_until=lease_end()):
        return
    changes: dict[str, Any] = {"error": "", "not_before": timezone.now() + EVERY}
    try:
        trouble = _look(pk)
        changes["error"] = trouble[:500]
    except ApiError as error:
        wait = error.retry_after if isinstance(error, RateLimited) else None
        pause = timedelta(seconds=wait) if wait else PAUSE
        changes = {"error": error.reason[:500], "not_before": timezone.now() + pause}
    except ConditionInvalid as error:
        changes = {"error": f"The search can't be carried out: {error}"[:500], "not_before": timezone.now() + PAUSE}
    except Exception as error:
        # An alert is a person's own: what it stumbles over is shown with it, and keeps no other alert.
        logger.exception("alert %s failed", pk)
        changes = {
            "error": f"{type(error).__name__} while it looked; the log tells more.",
            "not_before": timezone.now() + PAUSE,
        }
    tell(pk)
    Alert.objects.filter(pk=pk).update(lease_until=None, **changes)


def _look(pk: int) -> str:
    """Look once. Return what could not be looked at, in words."""
    alert = Alert.objects.get(pk=pk)
    now = timezone.now()
    found = FINDERS[alert.kind].find(alert, api_client_for_background(), now)
    with transaction.atomic():
        left_out = _keep(alert, found.sightings)
        Alert.objects.filter(pk=pk).update(cursor=found.cursor, looked_at=now, left_out=F("left_out") + left_out)
    return found.trouble


def _keep(alert: Alert, sightings: list[Sighting]) -> int:
    """Write what is new among the sightings. Return how many were left out since too many wait already."""
    fresh = {one.key[:400]: one for one in sightings}
    known = set(Finding.objects.filter(alert=alert, key__in=list(fresh)).values_list("key", flat=True))
    new = [(key, one) for key, one in fresh.items() if key not in known]
    waiting = Finding.objects.filter(alert=alert, told_at=None).count()
    room = max(0, KEPT_AT_MOST - waiting)
    Finding.objects.bulk_create(
        [
            Finding(
                alert=alert,
                thing=one.thing[:400],
                key=key,
                title=one.title[:400].replace("\0", ""),
                path=one.path[:400],
                found_at=timezone.now(),
            )
            for key, one in new[:room]
        ],
        ignore_conflicts=True,
    )
    return len(new) - len(new[:room])
