"""Looks at each wanted place for a slice of time: the worker claims it, reads steps, and writes what they found."""

from __future__ import annotations

import logging
import time
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from api_client import ApiError
from api_client.errors import RateLimited
from dashboard.backend import api_client_for_background
from dashboard.leases import lease_end
from investigate.event_export.feed import events_add, mine
from investigate.event_export.finding.place import Look
from investigate.event_export.finding.registry import FINDERS
from investigate.event_export.models import Destination, Source
from investigate.event_export.states import PLACES

logger = logging.getLogger(__name__)
SLICE_SECONDS = 5.0
PAUSE = timedelta(seconds=30)
GAPS_AT_MOST = 50


def events_find() -> None:
    """Look at every place whose events somebody wants. What fails in one does not keep the others."""
    for pk in _due().order_by("read_until", "pk").values_list("pk", flat=True):
        look_at(pk)


def wanted_kinds(*, but: int | None = None) -> set[str]:
    """Return the kinds that destinations want, paused ones too. `but` leaves one destination out."""
    rows = Destination.objects.filter(**mine()).values_list("pk", "kinds")
    return {kind for pk, kinds in rows if pk != but for kind in kinds}


def places_begin(kinds: set[str], now: datetime) -> None:
    """Have the places of these kinds looked at from now on. Call it when somebody first wants a kind."""
    for kind in sorted(kinds):
        for place in PLACES.get(kind, ()):
            Source.objects.update_or_create(
                **mine(),
                place=place,
                defaults={
                    "since": now,
                    "cursor": {},
                    "read_until": None,
                    "error": "",
                    "gaps": [],
                    "not_before": None,
                    # A worker that looks there now has to let go.
                    "claimed_by": "",
                    "lease_until": None,
                },
            )


def look_at(pk: int) -> None:
    """Claim a place, and look at it for one slice of time.

    Events and the cursor after them are written in one transaction. So if the process dies, a step is done again, and
    what it found is known by its keys.
    """
    token = uuid.uuid4().hex
    if not _due().filter(pk=pk).update(claimed_by=token, lease_until=lease_end()):
        return
    held = Source.objects.filter(pk=pk, claimed_by=token)
    changes: dict[str, Any] = {"error": ""}
    try:
        pause = _look(Source.objects.get(pk=pk), token)
        changes["not_before"] = timezone.now() + pause if pause else None
    except ApiError as error:
        wait = error.retry_after if isinstance(error, RateLimited) else None
        rest = timedelta(seconds=wait) if wait else PAUSE
        changes = {"error": error.reason[:1000], "not_before": timezone.now() + rest}
    except Exception as error:
        logger.exception("events could not be found in place %s", pk)
        told = f"{type(error).__name__} while it was read; the log tells more."
        changes = {"error": told, "not_before": timezone.now() + PAUSE}
    held.update(claimed_by="", lease_until=None, **changes)


def _due() -> Any:
    now, places = timezone.now(), [place for kind in wanted_kinds() for place in PLACES.get(kind, ())]
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    waited = Q(not_before=None) | Q(not_before__lte=now)
    return Source.objects.filter(free, waited, **mine(), place__in=places)


def _look(source: Source, token: str) -> timedelta:
    """Read steps until the slice or the place ends. Return how long the place rests now. Raise ApiError."""
    finder, cursor, ends = FINDERS[source.place], source.cursor, time.monotonic() + SLICE_SECONDS
    client = api_client_for_background()
    finder.again(Look(client, source.since, timezone.now()))
    while True:
        step = finder.step(Look(client, source.since, timezone.now()), cursor)
        changes: dict[str, Any] = {"cursor": step.cursor, "lease_until": lease_end()}
        if step.read_until is not None:
            changes["read_until"] = step.read_until
        if step.gaps is not None:
            changes["gaps"] = step.gaps[:GAPS_AT_MOST]
        with transaction.atomic():
            if not Source.objects.filter(pk=source.pk, claimed_by=token).update(**changes):
                return timedelta(0)  # Another worker has it, or it begins anew.
            events_add(step.events)
        cursor = step.cursor
        if step.is_end:
            return finder.pause
        if time.monotonic() >= ends:
            return timedelta(0)
