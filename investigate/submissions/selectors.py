"""Queries for submissions in the mirror: pages of the list with filters, and counts. No API call is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db.models import F, Q

from dashboard.badges import BADGE_AT_MOST
from investigate.reviews.models import Submission, overdue_before
from investigate.reviews.selectors import Page, page_of, submissions_all, within_range

OPEN = Q(answered_at=None, closed_at=None)
INVALID = Q(status="invalid")

# Views of the list: their names in URLs and their labels.
SUBMISSION_VIEWS = {
    "open": "Open",
    "mine": "Mine",
    "unclaimed": "Unclaimed",
    "overdue": "Overdue",
    "all": "All",
    "team": "Team submissions",
    "user": "User submissions",
    "invalid": "Invalid submissions",
    "unmatched": "Unmatched requests",
}

SUBMISSION_ORDERS = {
    "requested_at": "Asked",
    "subject": "Subject",
    "original_disposition": "Original",
    "requested_disposition": "Requested",
    "outcome_disposition": "Final",
}


def submission_page(*, viewer: User, view: str, filters: Mapping[str, Any], number: int) -> Page[Submission]:
    """Return a page of submissions. `view` is a key of SUBMISSION_VIEWS.

    `filters` is the cleaned data of SubmissionFilterForm.
    """
    rows = submissions_all().filter(_submission_view(view, viewer))
    for name in ("type", "customer_status", "submission_id"):
        if filters.get(name):
            rows = rows.filter(**{f"{name}__iexact": filters[name]})
    for name in ("original_disposition", "requested_disposition", "outcome_disposition"):
        if filters.get(name):
            rows = rows.filter(**{name: filters[name]})
    if filters.get("requested_by"):
        who = filters["requested_by"]
        rows = rows.filter(Q(asked_by_name__iexact=who) | Q(asked_by_name="", requested_by__iexact=who))
    if filters.get("agreement"):
        rows = rows.filter(_agreement(filters["agreement"]))
    if filters.get("escalated_from_user"):
        rows = rows.filter(is_escalation=filters["escalated_from_user"] == "yes")
    rows = within_range(rows, "requested_at", filters)
    for word in (filters.get("query") or "").casefold().split():
        rows = rows.filter(folded__contains=word)
    descending = filters.get("direction") != "asc"
    order = filters.get("order") or "requested_at"
    return page_of(rows.order_by(*_by(order, descending), *_by("requested_at", descending), "-id"), number)


def overdue_count() -> int:
    """Return the number of overdue submissions, at most one more than a badge shows."""
    return submissions_all().filter(OPEN, requested_at__lt=overdue_before())[: BADGE_AT_MOST + 1].count()


def _submission_view(view: str, viewer: User) -> Q:
    return {
        "open": OPEN,
        "mine": Q(claimed_by=viewer) & OPEN,
        "unclaimed": Q(claimed_by=None) & OPEN,
        "overdue": OPEN & Q(requested_at__lt=overdue_before()),
        "team": Q(type__iexact="team"),
        "user": Q(type__iexact="user") & ~INVALID,
        "invalid": INVALID,
    }.get(view, Q())


def _agreement(which: str) -> Q:
    agreed = Q(outcome_disposition=F("requested_disposition"))
    return ~Q(outcome_disposition="") & (agreed if which == "agreed" else ~agreed)


def _by(column: str, descending: bool) -> list[str]:
    return [f"-{column}" if descending else column]
