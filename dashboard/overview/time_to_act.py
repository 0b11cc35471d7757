"""How long mail had been there when somebody acted on it."""

from __future__ import annotations

from datetime import datetime
from math import ceil
from typing import Any

from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.jobs.models import JobItem
from dashboard.jobs.snapshot import Snapshot
from dashboard.jobs.states import ItemState

READ_AT_MOST = 20_000


def time_to_act(since: datetime) -> dict[str, Any]:
    """Give median and 95th percentile, in seconds from arrival to our write, of the newest messages that jobs acted on.

    `count` is how many they are of; `is_partial` says that there were more than READ_AT_MOST.
    """
    rows = JobItem.objects.filter(
        state=ItemState.DONE,
        attempted_at__gte=since,
        job__created_at__gte=since,
        job__account_id=backend_account_id(),
        job__backend=backend_fingerprint(),
    ).order_by("-id")
    spans = []
    for investigate_id, snapshot, at in rows.values_list("investigate_id", "snapshot", "attempted_at")[:READ_AT_MOST]:
        received = Snapshot.from_json(investigate_id, snapshot).received_at
        if received is not None and at is not None:
            spans.append(max(0.0, (at - received).total_seconds()))
    spans.sort()
    return {
        "count": len(spans),
        "median": _rank(spans, 50),
        "p95": _rank(spans, 95),
        "is_partial": len(spans) >= READ_AT_MOST,
    }


def _rank(ascending: list[float], percent: int) -> float | None:
    return ascending[max(0, ceil(len(ascending) * percent / 100) - 1)] if ascending else None
