"""Holding a run: of several workers one alone changes it, and a lost worker's claim runs out."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from settings_admin.runs.models import WORKING, Run


class NotHeld(Exception):
    """Another worker has the run, or somebody dropped it."""


def lease_end() -> datetime:
    """Return the time until which what is claimed now is held."""
    return timezone.now() + timedelta(seconds=settings.GATEHOUSE_JOB_LEASE)


def free() -> Q:
    """Return what matches runs that have something to do, and that nobody holds."""
    now = timezone.now()
    nobody = Q(lease_until=None) | Q(lease_until__lte=now)
    due = Q(not_before=None) | Q(not_before__lte=now)
    return Q(state__in=WORKING) & nobody & due


def claim(run_id: UUID) -> Run | None:
    """Claim a run, or return None. One whose last worker was lost has to be looked over again."""
    token = uuid.uuid4().hex
    Run.objects.filter(free(), pk=run_id).exclude(claimed_by="").update(is_checked=False)
    taken = Run.objects.filter(free(), pk=run_id).update(claimed_by=token, lease_until=lease_end())
    return Run.objects.filter(pk=run_id, claimed_by=token).first() if taken else None


def hold(run: Run) -> None:
    """Prolong the claim, inside the transaction that writes. Raises NotHeld when it isn't ours any more."""
    held = Run.objects.filter(pk=run.pk, claimed_by=run.claimed_by, state=run.state)
    if not run.claimed_by or not held.update(lease_until=lease_end()):
        raise NotHeld


def let_go(run: Run) -> None:
    """Leave the run to whoever comes next, with its lines as they are at the API."""
    Run.objects.filter(pk=run.pk, claimed_by=run.claimed_by).update(claimed_by="", lease_until=None)
