"""Time to act: the time between a message's arrival and the job action on it."""

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
    """Return the median and 95th percentile of the time to act, in seconds, for actions of jobs since each start time.

    `since` maps names to start times, and the result has the same keys. The time to act runs from arrival to the
    request that changed the message. At most the newest READ_AT_MOST messages are read, once for all start times.
    `count` is the number of messages; `is_partial` says that there were more.
    """
    if not since:
        return {}
    acted = _newest(min(since.values()))
    return {name: _figures(acted, start) for name, start in since.items()}


def _newest(since: datetime) -> list[tuple[datetime, str | None]]:
    """Return for each message when it was acted on, and when it was received, in ISO format."""
    rows = JobItem.objects.filter(
        state=ItemState.DONE,
        attempted_at__gte=since,
        job__created_at__gte=since,
        job__account_id=backend_account_id(),
        job__backend=backend_fingerprint(),
    ).order_by("-id")
    # Select only the time from the snapshot: reading the whole snapshot takes twice as long.
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
