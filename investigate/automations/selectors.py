"""Queries for automations, what they did, and notices."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.badges import BADGE_AT_MOST
from investigate.automations.bounds import left_this_hour, left_unattended
from investigate.automations.models import Automation, Firing, Notice, Replay
from investigate.automations.states import Mode, Run, State

PER_PAGE = 50
COUNTED_AT_MOST = 10_000


@dataclass(frozen=True, slots=True)
class FiringPage:
    """A page of firings, the newest first. `older` is the key below which the next page begins, or None."""

    rows: list[Firing]
    older: int | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many messages it acted on, or would have acted on, and how many it left alone, each up to COUNTED_AT_MOST."""

    acted: int
    left: int


def automations_all() -> QuerySet[Automation]:
    """Return the automations of the configured backend."""
    rows = Automation.objects.filter(account_id=backend_account_id(), backend=backend_fingerprint())
    return rows.select_related("assignee")


def firings_of(automation: Automation, run: str, *, before: int | None = None) -> FiringPage:
    """Return a page of the firings of one record."""
    rows = Firing.objects.filter(automation=automation, run=run).select_related("job").order_by("-id")
    if before:
        rows = rows.filter(id__lt=before)
    found = list(rows[: PER_PAGE + 1])
    return FiringPage(found[:PER_PAGE], found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None)


def counts_of(automation: Automation, run: str) -> Counts:
    """Return the counts of one record."""
    rows = Firing.objects.filter(automation=automation, run=run)
    return Counts(
        rows.exclude(state=State.LEFT)[: COUNTED_AT_MOST + 1].count(),
        rows.filter(state=State.LEFT)[: COUNTED_AT_MOST + 1].count(),
    )


def room_of(automation: Automation) -> tuple[int, int]:
    """Return on how many messages it may still act within the hour, and before a person has to look."""
    return left_this_hour(automation), left_unattended(automation)


def replay_of(automation: Automation) -> Replay | None:
    """Return the replay of an automation, if there is one."""
    return Replay.objects.filter(automation=automation).first()


def run_shown(automation: Automation, asked: str) -> str:
    """Return the record that a page shows: the one asked for, else that of the automation's mode."""
    if asked in Run.values:
        return asked
    return Run.REAL if automation.mode in (Mode.ON, Mode.STOPPED) else Run.WATCH


def notices_for(user: User, *, is_open: bool) -> QuerySet[Notice]:
    """Return the notices for this person and for everybody."""
    rows = Notice.objects.filter(
        Q(person=None) | Q(person=user),
        automation__account_id=backend_account_id(),
        automation__backend=backend_fingerprint(),
        done_at__isnull=is_open,
    )
    return rows.select_related("automation").order_by("-id")


def stopped_count() -> int:
    """Return how many automations stopped themselves and wait for a person."""
    return automations_all().filter(mode=Mode.STOPPED)[: BADGE_AT_MOST + 1].count()


def open_notices_count() -> int:
    """Return how many notices are open, for anybody."""
    here = {"automation__account_id": backend_account_id(), "automation__backend": backend_fingerprint()}
    return Notice.objects.filter(done_at=None, **here)[: BADGE_AT_MOST + 1].count()
