"""Queries for submissions in the mirror: pages of the list with filters, and counts. No API call is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, F, Max, Min, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from dashboard.badges import BADGE_AT_MOST
from investigate.reporter_answers.selectors import AnswerShown, answers_of
from investigate.reviews.models import Submission, overdue_before
from investigate.reviews.selectors import PER_PAGE, Page, submissions_all, within_range

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


SHOWN_OF_GROUP = 3


@dataclass(frozen=True, slots=True)
class Reports:
    """One row of the list: a submission, or what users reported of one mail or campaign, by their newest report.

    `count` is how many reports the filters find, and `reporters` are a few of those who made them, newest first. `told`
    is the last answer that the newest one's reporter got.
    """

    newest: Submission
    count: int
    reporters: list[str]
    told: AnswerShown | None = None

    @property
    def others(self) -> int:
        """Return how many reporters are not named."""
        return max(0, self.count - len(self.reporters))


def submission_page(*, viewer: User, view: str, filters: Mapping[str, Any], number: int) -> Page[Reports]:
    """Return a page of submissions, in which users' reports of one mail or campaign are one row.

    `view` is a key of SUBMISSION_VIEWS. `filters` is the cleaned data of SubmissionFilterForm.
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
    return _grouped(rows, order, number, descending=descending)


def _grouped(rows: QuerySet[Submission], order: str, number: int, *, descending: bool) -> Page[Reports]:
    """Return the page of groups, each ordered by its own extreme in the column."""
    extreme = Max if descending else Min
    groups = rows.order_by().values("row_key").annotate(count=Count("id"), at=extreme("requested_at"))
    if order != "requested_at":
        groups = groups.annotate(by=extreme(order))
    by = [*(_by("by", descending) if order != "requested_at" else []), *_by("at", descending), "row_key"]
    start = (number - 1) * PER_PAGE
    found = list(groups.order_by(*by)[start : start + PER_PAGE + 1])
    counts = {group["row_key"]: group["count"] for group in found[:PER_PAGE]}
    nth = Window(RowNumber(), partition_by="row_key", order_by=["-requested_at", "-id"])
    newest = rows.filter(row_key__in=list(counts)).annotate(nth=nth).filter(nth__lte=SHOWN_OF_GROUP)
    shown: dict[str, list[Submission]] = {}
    for row in newest.order_by("nth"):
        shown.setdefault(row.row_key, []).append(row)
    answers = answers_of(rows[0].submission_id for rows in shown.values())
    made = [
        Reports(
            shown[key][0],
            count,
            list(dict.fromkeys(one.requested_by for one in shown[key] if one.requested_by)),
            told=next(reversed(answers.get(shown[key][0].submission_id, [])), None),
        )
        for key, count in counts.items()
        if key in shown
    ]
    return Page(made, number, len(found) > PER_PAGE)


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
