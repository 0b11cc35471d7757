"""Queries for requests: pages of the queue, counts, and who else got or asked for the same mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet

from dashboard.badges import BADGE_AT_MOST
from investigate.digests.models import HeldCopy
from investigate.digests.rows import mine
from investigate.release_requests.models import ENDED, ReleaseRequest, RequestState

PER_PAGE = 50
OTHERS_SHOWN = 20
COUNTED_AT_MOST = 1000
VIEWS = {"waiting": "Waiting", "mine": "Claimed by me", "allowed": "Being released", "ended": "Ended", "all": "All"}


@dataclass(frozen=True, slots=True)
class Others:
    """Who else got the same mail: by the same message, or by the same sender and subject. `more` are not shown."""

    addresses: list[str]
    more: int
    asked: int


def requests_all() -> QuerySet[ReleaseRequest]:
    """Return the requests on the configured backend that their recipients confirmed."""
    found: QuerySet[ReleaseRequest] = mine(ReleaseRequest).filter(confirmed_at__isnull=False)
    return found.select_related("copy", "job")


def request_page(*, viewer: User, view: str, number: int) -> tuple[list[ReleaseRequest], bool]:
    """Return a page of a view, and whether another follows. What waits comes first that waited the longest."""
    found = requests_all()
    if view == "ended":
        found = found.filter(state__in=ENDED).order_by("-ended_at", "-id")
    elif view == "all":
        found = found.order_by("-confirmed_at", "-id")
    elif view == "allowed":
        found = found.filter(state=RequestState.ALLOWED).order_by("decided_at", "id")
    else:
        found = found.filter(state=RequestState.WAITING).order_by("confirmed_at", "id")
        found = found.filter(claimed_by=viewer) if view == "mine" else found
    first = (number - 1) * PER_PAGE
    rows = list(found[first : first + PER_PAGE + 1])
    return rows[:PER_PAGE], len(rows) > PER_PAGE


def others_of(request: ReleaseRequest) -> Others:
    """Return who else got the same mail within a week of it, and how many of them ask for it."""
    same_message = mine(HeldCopy).filter(investigate_id=request.investigate_id)
    week = timedelta(days=7)
    same_mail = mine(HeldCopy).filter(
        sender=request.sender,
        subject=request.subject,
        received_at__range=(request.received_at - week, request.received_at + week),
    )
    keys = {*_people(same_message), *(_people(same_mail) if request.sender or request.subject else [])}
    keys.discard(request.person_id or 0)
    addresses = HeldCopy.objects.filter(person__in=list(keys)[:OTHERS_SHOWN]).values_list("person__address", flat=True)
    shown = sorted(set(addresses))
    asked = requests_all().filter(person__in=keys, sender=request.sender, subject=request.subject)
    return Others(shown, len(keys) - len(shown), asked[:COUNTED_AT_MOST].count())


def _people(copies: Any) -> list[int]:
    return list(copies.values_list("person_id", flat=True)[:COUNTED_AT_MOST])


def others_counts(rows: list[ReleaseRequest]) -> dict[int, int]:
    """Return for each request how many other people are known to have got the very message."""
    people: dict[str, set[int]] = {}
    ids = {row.investigate_id for row in rows}
    found = mine(HeldCopy).filter(investigate_id__in=ids).values_list("investigate_id", "person_id")
    for name, person in found[: COUNTED_AT_MOST * PER_PAGE]:
        people.setdefault(name, set()).add(person)
    return {row.pk: len(people.get(row.investigate_id, set()) - {row.person_id}) for row in rows}


def waiting_count() -> int:
    """Return how many requests wait for a decision, as the badge shows it."""
    return int(mine(ReleaseRequest).filter(state=RequestState.WAITING)[: BADGE_AT_MOST + 1].count())
