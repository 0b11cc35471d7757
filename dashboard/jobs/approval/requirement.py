"""Which jobs need the approval of a second person, and when such a request expires."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q, Sum
from django.utils import timezone

from api_client.models import MailboxDestination
from dashboard.account_links.selectors import accounts_of_person
from dashboard.jobs.models import Job
from dashboard.jobs.states import JobAction, JobState

PURGE = "purge"


KINDS = (PURGE, *JobAction.values)
"""The names that the setting may contain. A purge is a move to the folder of that name, and counts as both."""

_PURGES = MailboxDestination.RECOVERABLE_ITEMS_PURGES


def kinds_of(action: str, destination: str) -> list[str]:
    """Return the names under which the setting may contain an action."""
    purges = action == JobAction.MOVE and destination == _PURGES
    return [PURGE, action] if purges else [action]


def needs_approval(action: str, destinations: Iterable[str], size: int, *, user: User) -> bool:
    """Return whether a job of this person on so many messages needs a second person. An undo has several destinations.

    What the person did in the last `GATEHOUSE_APPROVAL_WINDOW_HOURS` without anybody's approval is added to the size,
    so that a large job does not pass as several small ones.
    """
    rules = _rules_for(action, destinations)
    if not rules:
        return False
    if any(size >= least for least in rules.values()):
        return True
    accounts = accounts_of_person(user.pk)
    return any(size + _done_unapproved(kind, accounts) >= least for kind, least in rules.items())


def wait_for_other_jobs_of(user: User) -> None:
    """Wait until no other transaction starts a job of this person, so that two that start at once see each other.

    Call it in the transaction that writes the job.
    """
    list(User.objects.select_for_update().filter(pk__in=accounts_of_person(user.pk)).order_by("pk"))


def is_ruled(action: str, destination: str) -> bool:
    """Return whether a job of this kind may need a second person, whatever its size."""
    return bool(_rules_for(action, [destination]))


def _rules_for(action: str, destinations: Iterable[str]) -> dict[str, int]:
    """Return the kinds under which the setting has such a job, with the least number that needs approval."""
    rules: dict[str, int] = settings.GATEHOUSE_APPROVALS
    kinds = {kind for destination in (*destinations, "") for kind in kinds_of(action, destination)}
    return {kind: rules[kind] for kind in kinds & rules.keys()}


def _done_unapproved(kind: str, accounts: Iterable[int]) -> int:
    """Return on how many messages jobs of these accounts acted lately, or will, that nobody had to approve."""
    since = timezone.now() - timedelta(hours=settings.GATEHOUSE_APPROVAL_WINDOW_HOURS)
    of_kind = Q(action=JobAction.MOVE, destination=_PURGES) if kind == PURGE else Q(action=kind)
    jobs = Job.objects.filter(of_kind, created_at__gt=since, created_by__in=accounts, digest="")
    never_ran = Q(state=JobState.CANCELLED, started_at=None)
    total: int | None = jobs.exclude(never_ran).aggregate(total=Sum("size"))["total"]
    return total or 0


def expiry() -> datetime:
    """Return when an approval request that is made now expires."""
    return timezone.now() + timedelta(hours=settings.GATEHOUSE_APPROVAL_HOURS)
