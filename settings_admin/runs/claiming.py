"""Claims on runs: only one worker at a time works on a run, and the lease of a lost worker expires."""

from __future__ import annotations

import uuid
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from dashboard.leases import lease_end
from settings_admin.runs.models import WORKING, Run


class ClaimLost(Exception):
    """Raised if this worker's claim is lost: another worker has the run, or somebody dropped it."""


def free() -> Q:
    """Return the query for runs that have work to do now and are not claimed."""
    now = timezone.now()
    nobody = Q(lease_until=None) | Q(lease_until__lte=now)
    due = Q(not_before=None) | Q(not_before__lte=now)
    return Q(state__in=WORKING) & nobody & due


def claim(run_id: UUID) -> Run | None:
    """Claim a run and return it, or return None if it is not free.

    If the previous worker was lost, the run is marked as unchecked, so its lines are compared with the API first.
    """
    token = uuid.uuid4().hex
    Run.objects.filter(free(), pk=run_id).exclude(claimed_by="").update(is_checked=False)
    taken = Run.objects.filter(free(), pk=run_id).update(claimed_by=token, lease_until=lease_end())
    return Run.objects.filter(pk=run_id, claimed_by=token).first() if taken else None


def renew_lease(run: Run) -> None:
    """Renew the lease, inside the transaction that writes. Raise ClaimLost if this worker has lost the claim."""
    held = Run.objects.filter(pk=run.pk, claimed_by=run.claimed_by, state=run.state)
    if not run.claimed_by or not held.update(lease_until=lease_end()):
        raise ClaimLost


def release_claim(run: Run) -> None:
    """Release the claim, so that any worker can continue. The run's lines must match the API at this point."""
    Run.objects.filter(pk=run.pk, claimed_by=run.claimed_by).update(claimed_by="", lease_until=None)
