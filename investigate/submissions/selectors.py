"""Reading the mirror: lists page through rows, never through the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.contrib.auth.models import User
from django.db.models import F, Q, QuerySet

from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.badges import BADGE_AT_MOST
from investigate.reviews.models import Followed, Report, Submission, overdue_before

PER_PAGE = 50
OPEN = Q(answered_at=None, closed_at=None)

# The views of the two lists, as addresses and pages name them.
SUBMISSION_VIEWS = {
    "open": "Open",
    "mine": "Mine",
    "unclaimed": "Unclaimed",
    "overdue": "Overdue",
    "all": "All",
    "unmatched": "Unmatched requests",
}
REPORT_VIEWS = {"open": "Open", "mine": "Mine", "unclaimed": "Unclaimed", "closed": "Closed", "all": "All"}

SUBMISSION_ORDERS = {
    "requested_at": "Asked",
    "subject": "Subject",
    "original_disposition": "Original",
    "requested_disposition": "Requested",
    "outcome_disposition": "Final",
}

F_ = TypeVar("F_", bound=Followed)


@dataclass(frozen=True, slots=True)
class Page(Generic[F_]):
    """One page of a list, from 1; `more` says that another one follows."""

    rows: list[F_]
    number: int
    more: bool


def submissions_all() -> QuerySet[Submission]:
    """Give the submissions of the configured backend."""
    return Submission.objects.filter(account_id=backend_account_id(), backend=backend_fingerprint())


def reports_all() -> QuerySet[Report]:
    """Give the PhishGuard reports of the configured backend."""
    return Report.objects.filter(account_id=backend_account_id(), backend=backend_fingerprint())


def submission_page(*, viewer: User, view: str, filters: Mapping[str, Any], number: int) -> Page[Submission]:
    """Give a page of submissions. `filters` is what SubmissionFilterForm cleaned; `view` is of SUBMISSION_VIEWS."""
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
    rows = _between(rows, "requested_at", filters)
    for word in (filters.get("query") or "").casefold().split():
        rows = rows.filter(folded__contains=word)
    descending = filters.get("direction") != "asc"
    order = filters.get("order") or "requested_at"
    return _page(rows.order_by(*_by(order, descending), *_by("requested_at", descending), "-id"), number)


def report_page(*, viewer: User, view: str, filters: Mapping[str, Any], number: int) -> Page[Report]:
    """Give a page of reports, newest first. `filters` is what ReportFilterForm cleaned; `view` is of REPORT_VIEWS."""
    rows = reports_all().filter(_report_view(view, viewer))
    for name in ("priority", "disposition"):
        if filters.get(name):
            rows = rows.filter(**{name: filters[name]})
    rows = _between(rows, "created_at", filters)
    for word in [*(filters.get("query") or "").casefold().split(), *_words(filters.get("tag"))]:
        rows = rows.filter(folded__contains=word)
    return _page(rows.order_by("-created_at", "-id"), number)


def overdue_count() -> int:
    """Count what is overdue, as far as a badge shows."""
    return submissions_all().filter(OPEN, requested_at__lt=overdue_before())[: BADGE_AT_MOST + 1].count()


def _submission_view(view: str, viewer: User) -> Q:
    return {
        "open": OPEN,
        "mine": Q(claimed_by=viewer) & OPEN,
        "unclaimed": Q(claimed_by=None) & OPEN,
        "overdue": OPEN & Q(requested_at__lt=overdue_before()),
    }.get(view, Q())


def _report_view(view: str, viewer: User) -> Q:
    is_open = Q(closed_at=None)
    return {
        "open": is_open,
        "mine": is_open & Q(claimed_by=viewer),
        "unclaimed": is_open & Q(claimed_by=None),
        "closed": Q(closed_at__isnull=False),
    }.get(view, Q())


def _agreement(which: str) -> Q:
    agreed = Q(outcome_disposition=F("requested_disposition"))
    return ~Q(outcome_disposition="") & (agreed if which == "agreed" else ~agreed)


def _between(rows: Any, column: str, filters: Mapping[str, Any]) -> Any:
    if filters.get("start"):
        rows = rows.filter(**{f"{column}__gte": filters["start"]})
    if filters.get("end"):
        rows = rows.filter(**{f"{column}__lt": filters["end"]})
    return rows


def _by(column: str, descending: bool) -> list[str]:
    return [f"-{column}" if descending else column]


def _words(text: str | None) -> list[str]:
    return (text or "").casefold().split()


def _page(rows: QuerySet[F_], number: int) -> Page[F_]:
    start = (number - 1) * PER_PAGE
    found = list(rows[start : start + PER_PAGE + 1])
    return Page(found[:PER_PAGE], number, len(found) > PER_PAGE)
