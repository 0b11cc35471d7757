"""Runs walks: claims a walk, processes it page by page, and saves the position after each page.

A run ends when the walk is done, has to pause, or has used up its slice of time.
"""

from __future__ import annotations

import logging
import time
import uuid
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from api_client import ApiError, ConnectionFailed, RateLimited, ResponseInvalid, ServerError, TimedOut
from dashboard.backend import api_client_for_background, backend_account_id, backend_fingerprint
from dashboard.leases import lease_end
from dashboard.walking.models import ACTIVE_WALKS, Walk, WalkState
from dashboard.walking.registry import WalkConsumer, registered, registered_models
from dashboard.walking.walk import Leaf

SLICE_SECONDS = 10.0
"""Time in seconds after which a worker releases a walk, so that other jobs get their turn."""

HOLDUPS_AT_MOST = 15

logger = logging.getLogger(__name__)
LONGEST_PAUSE = 60.0
PAUSE_WITHOUT_RETRY_AFTER = 30.0


class ClaimLost(Exception):
    """The walk was cancelled, or its lease expired and another worker has claimed it."""


def walk_run(label: str, walk_id: UUID) -> float | None:
    """Claim a walk and run it for one slice of time. Return the seconds after which to run it again.

    Return None if the walk has ended or another worker has claimed it. Pages that were saved are kept if the process
    dies; the walk continues after them when the lease has expired.
    """
    model, consumer = registered(label)
    row = _claim(model, walk_id)
    if row is None:
        return None
    if (row.account_id, row.backend) != (backend_account_id(), backend_fingerprint()):
        _fail(row, "The console speaks to another backend than the walk was started on.")
        return None
    try:
        return _walk_on(row, consumer)
    except ClaimLost:
        return None
    except (RateLimited, ConnectionFailed, ResponseInvalid, ServerError, TimedOut) as error:
        return _pause(row, error)
    except ApiError as error:
        _fail(row, error.reason)
        return None
    except Exception as error:
        logger.exception("walk %s of %s failed", walk_id, label)
        return _pause(row, ApiError(f"{type(error).__name__} while it was worked on; the log tells more."))


def walks_left() -> list[tuple[str, UUID]]:
    """Return the label and id of each active walk that no worker has claimed and that may run now."""
    now = timezone.now()
    left = []
    for model in registered_models():
        rows = model._default_manager.filter(_free(), Q(not_before=None) | Q(not_before__lte=now))
        left += [(model._meta.label_lower, pk) for pk in rows.order_by("created_at").values_list("pk", flat=True)]
    return left


def _free() -> Q:
    return Q(state__in=ACTIVE_WALKS) & (Q(lease_until=None) | Q(lease_until__lte=timezone.now()))


def _claim(model: type[Walk], walk_id: UUID) -> Walk | None:
    token, now = uuid.uuid4().hex, timezone.now()
    due = Q(not_before=None) | Q(not_before__lte=now)
    manager = model._default_manager
    if not manager.filter(_free(), due, pk=walk_id).update(
        state=WalkState.RUNNING, claimed_by=token, lease_until=lease_end()
    ):
        return None
    manager.filter(pk=walk_id, started_at=None).update(started_at=now)
    return manager.get(pk=walk_id, claimed_by=token)


def _walk_on(row: Walk, consumer: WalkConsumer[Any]) -> float | None:
    client = api_client_for_background()
    ends = time.monotonic() + SLICE_SECONDS
    for leaf in consumer.leaves(client, row):
        found = consumer.prepare(client, row, leaf.messages)
        if not _keep(row, consumer, leaf, found):
            return None
        if time.monotonic() >= ends and leaf.looked_until is not None:
            _release(row)
            return 0.0
    with transaction.atomic():
        _renew_lease(row)
        _finish(row, consumer)
    return None


def _keep(row: Walk, consumer: WalkConsumer[Any], leaf: Leaf, found: Any) -> bool:
    """Save a page's results and the walk's position in one transaction. Return False if the consumer ends the walk."""
    with transaction.atomic():
        _renew_lease(row)
        enough = consumer.consume(row, found) is False
        row.looked += len(leaf.messages)
        row.looked_until, row.position = leaf.looked_until or row.start, leaf.position
        row.lease_until, row.holdups, row.error = lease_end(), 0, ""
        if enough:
            _finish(row, consumer)
        else:
            row.save()
    return not enough


def _renew_lease(row: Walk) -> None:
    """Check in the current transaction that this worker still holds the walk. Raise ClaimLost if it does not."""
    held = type(row)._default_manager.select_for_update().filter(pk=row.pk, claimed_by=row.claimed_by)
    if not held.filter(state=WalkState.RUNNING).exists():
        raise ClaimLost


def _finish(row: Walk, consumer: WalkConsumer[Any]) -> None:
    row.state, row.finished_at = WalkState.DONE, timezone.now()
    row.claimed_by, row.lease_until, row.error = "", None, ""
    consumer.finish(row)
    row.save()


def _release(row: Walk) -> None:
    _held_by(row).update(claimed_by="", lease_until=None)


def _pause(row: Walk, error: ApiError) -> float | None:
    """Pause the walk: for as long as a rate limit asks for, else twice as long after each failure in a row.

    Return the pause in seconds. After `HOLDUPS_AT_MOST` failures in a row the walk fails, and None is returned.
    """
    if isinstance(error, RateLimited):
        pause, holdups = PAUSE_WITHOUT_RETRY_AFTER if error.retry_after is None else error.retry_after, row.holdups
    elif row.holdups + 1 >= HOLDUPS_AT_MOST:
        _fail(row, f"It failed {HOLDUPS_AT_MOST} times: {error.reason}")
        return None
    else:
        pause, holdups = min(LONGEST_PAUSE, 2.0**row.holdups), row.holdups + 1
    _held_by(row).update(
        not_before=timezone.now() + timedelta(seconds=pause),
        holdups=holdups,
        error=error.reason[:1000],
        claimed_by="",
        lease_until=None,
    )
    return pause


def _fail(row: Walk, reason: str) -> None:
    _held_by(row).update(
        state=WalkState.FAILED, error=reason[:1000], finished_at=timezone.now(), claimed_by="", lease_until=None
    )


def _held_by(row: Walk) -> Any:
    return type(row)._default_manager.filter(pk=row.pk, claimed_by=row.claimed_by, state=WalkState.RUNNING)
