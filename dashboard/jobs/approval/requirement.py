"""Which jobs need the approval of a second person, and when such a request expires."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from api_client.models import MailboxDestination
from dashboard.jobs.states import JobAction

PURGE = "purge"


KINDS = (PURGE, *JobAction.values)
"""The names that the setting may contain. A purge is a move to the folder of that name, and counts as both."""


def kinds_of(action: str, destination: str) -> list[str]:
    """Return the names under which the setting may contain an action."""
    purges = action == JobAction.MOVE and destination == MailboxDestination.RECOVERABLE_ITEMS_PURGES
    return [PURGE, action] if purges else [action]


def needs_approval(action: str, destinations: Iterable[str], size: int) -> bool:
    """Return whether a job on this many messages needs a second person. An undo has several destinations."""
    rules: dict[str, int] = settings.GATEHOUSE_APPROVALS
    kinds = {kind for destination in (*destinations, "") for kind in kinds_of(action, destination)}
    return any(size >= rules[kind] for kind in kinds & rules.keys())


def expiry() -> datetime:
    """Return when an approval request that is made now expires."""
    return timezone.now() + timedelta(hours=settings.GATEHOUSE_APPROVAL_HOURS)
