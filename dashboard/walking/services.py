"""Services that start and cancel walks."""

from __future__ import annotations

from functools import partial
from typing import TypeVar

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.walking.models import ACTIVE_WALKS, Walk, WalkState
from dashboard.walking.tasks import enqueue

W = TypeVar("W", bound=Walk)


def walk_start(walk: W, *, user: User | None = None) -> W:
    """Save a new walk for the configured backend, enqueue it on commit, and return it.

    If the process dies after the commit, the beat task enqueues the walk later.
    """
    walk.account_id, walk.backend = backend_account_id(), backend_fingerprint()
    walk.created_by, walk.created_by_name = user, user.get_username() if user else ""
    walk.save(force_insert=True)
    transaction.on_commit(partial(enqueue, walk._meta.label_lower, walk.pk))
    return walk


def walk_cancel(walk: Walk) -> bool:
    """Cancel a walk. Return False if it has already ended."""
    manager = type(walk)._default_manager
    ended = manager.filter(pk=walk.pk, state__in=ACTIVE_WALKS).update(
        state=WalkState.CANCELLED, finished_at=timezone.now(), claimed_by="", lease_until=None
    )
    return bool(ended)
