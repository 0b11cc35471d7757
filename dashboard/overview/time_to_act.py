"""How long mail had been there when somebody acted on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from math import ceil
from typing import Any

from django.db.models.fields.json import KT

from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.jobs.models import JobItem
from dashboard.jobs.states import ItemState

READ_AT_MOST = 20_000


def times_to_act(since: Mapping[str, datetime]) -> dict[str, dict[str, Any]]:
    """Give median and 95th percentile, in seconds from arrival to our write, of what jobs acted on since each time.

    They are of the newest READ_AT_MOST messages, which are read once for all of them. `count` is how many they are
    of; `is_partial` says that there were more.
    """
    if not since:
        return {}
    acted = _newest(min(since.values()))
    return {name: _figures(acted, start) for name, start in since.items()}


def _newest(since: datetime) -> list[tuple[datetime, str | None]]:
    """Give when each message was acted on and, in ISO format, when it was received."""
    rows = JobItem.objects.filter(
        state=ItemState.DONE,
        attempted_at__gte=since,
        job__created_at__gte=since,
        job__account_id=backend_account_id(),
        job__backend=backend_fingerprint(),
    ).order_by("-id")
    # Only the time is taken out of the snapshot: reading all of it takes twice as long.
    return list(rows.values_list("attempted_at", KT("snapshot__received"))[:READ_AT_MOST])


def _figures(acted: list[tuple[datetime, str | None]], since: datetime) -> dict[str, Any]:
    spans = sorted(
        max(0.0, (at - datetime.fromisoformat(received)).total_seconds())
        for at, received in acted
        if at >= since and received
    )
    return {
        "count": len(spans),
        "median": _rank(spans, 50),
        "p95": _rank(spans, 95),
        "is_partial": len(acted) >= READ_AT_MOST and acted[-1][0] >= since,
    }


def _rank(ascending: list[float], percent: int) -> float | None:
    return ascending[max(0, ceil(len(ascending) * percent / 100) - 1)] if ascending else None
