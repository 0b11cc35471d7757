"""Queries for watched releases: pages of the list, counts, and what is known of one message."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q
from django.urls import reverse

from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.badges import BADGE_AT_MOST, register_badge
from dashboard.capabilities import Capability
from dashboard.overview.figures import COUNTED_AT_MOST, Figure, bounded, register_figures
from investigate.releases.models import WatchedRelease

PER_PAGE = 50
WRONG = Q(wrong_at__isnull=False, seen_at=None)
VIEWS = {"mine": "Mine", "wrong": "Went wrong", "all": "All"}


def releases() -> Any:
    """Return the watched releases of the configured backend."""
    return WatchedRelease.objects.filter(account_id=backend_account_id(), backend=backend_fingerprint())


def release_page(*, viewer: User, view: str, number: int) -> tuple[list[WatchedRelease], bool]:
    """Return a page of a view, newest first but for those that went wrong, and whether another follows."""
    found = releases()
    if view == "wrong":
        found = found.filter(WRONG).order_by("-wrong_at", "-id")
    elif view == "mine":
        found = found.filter(released_by=viewer).order_by("-released_at", "-id")
    else:
        found = found.order_by("-released_at", "-id")
    first = (number - 1) * PER_PAGE
    rows = list(found[first : first + PER_PAGE + 1])
    return rows[:PER_PAGE], len(rows) > PER_PAGE


def release_of(investigate_id: str) -> WatchedRelease | None:
    """Return what is known of a message's release, or None if it is not watched."""
    found: WatchedRelease | None = releases().filter(investigate_id=investigate_id).first()
    return found


def wrong_count() -> int:
    """Return the number of releases that went wrong and that nobody took note of, as the badge shows it."""
    return int(releases().filter(WRONG)[: BADGE_AT_MOST + 1].count())


def release_figures(_since: datetime) -> list[Figure]:
    """Return the number of releases that went wrong. It is left out while there are none."""
    count = releases().filter(WRONG)[: COUNTED_AT_MOST + 1].count()
    if not count:
        return []
    url = f"{reverse('releases:list')}?view=wrong"
    return [Figure("Releases that went wrong", bounded(count), url, Capability.RELEASE, warns=True)]


def register() -> None:
    """Register the badge and the overview's figure. Called when the app is ready."""
    register_badge("releases:list", wrong_count, meaning="went wrong")
    register_figures(release_figures)
