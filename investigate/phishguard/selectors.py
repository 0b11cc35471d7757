"""Queries for PhishGuard reports in the mirror: pages of the list with filters. No API call is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q

from investigate.reviews.models import Report
from investigate.reviews.selectors import Page, page_of, reports_all, within_range, words_of

REPORT_VIEWS = {"open": "Open", "mine": "Mine", "unclaimed": "Unclaimed", "closed": "Closed", "all": "All"}


def report_page(*, viewer: User, view: str, filters: Mapping[str, Any], number: int) -> Page[Report]:
    """Return a page of reports, newest first. `view` is a key of REPORT_VIEWS.

    `filters` is the cleaned data of ReportFilterForm.
    """
    rows = reports_all().filter(_report_view(view, viewer))
    for name in ("priority", "disposition"):
        if filters.get(name):
            rows = rows.filter(**{name: filters[name]})
    rows = within_range(rows, "created_at", filters)
    for word in [*(filters.get("query") or "").casefold().split(), *words_of(filters.get("tag"))]:
        rows = rows.filter(folded__contains=word)
    return page_of(rows.order_by("-created_at", "-id"), number)


def _report_view(view: str, viewer: User) -> Q:
    is_open = Q(closed_at=None)
    return {
        "open": is_open,
        "mine": is_open & Q(claimed_by=viewer),
        "unclaimed": is_open & Q(claimed_by=None),
        "closed": Q(closed_at__isnull=False),
    }.get(view, Q())
