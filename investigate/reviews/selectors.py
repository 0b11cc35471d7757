"""Queries on the mirror that are shared by the lists of submissions and of PhishGuard reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet

from dashboard.backend import backend_account_id, backend_fingerprint
from investigate.reviews.models import Report, Submission

PER_PAGE = 50

F_ = TypeVar("F_", bound=Model)
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """A page of a list. `number` counts from 1. `more` is true if another page follows."""

    rows: list[Row]
    number: int
    more: bool


def submissions_all() -> QuerySet[Submission]:
    """Return the submissions of the configured backend."""
    return Submission.objects.filter(account_id=backend_account_id(), backend=backend_fingerprint())


def reports_all() -> QuerySet[Report]:
    """Return the PhishGuard reports of the configured backend."""
    return Report.objects.filter(account_id=backend_account_id(), backend=backend_fingerprint())


def within_range(rows: Any, column: str, filters: Mapping[str, Any]) -> Any:
    """Return the rows whose `column` lies in the filters' range: `start` is included, `end` is not."""
    if filters.get("start"):
        rows = rows.filter(**{f"{column}__gte": filters["start"]})
    if filters.get("end"):
        rows = rows.filter(**{f"{column}__lt": filters["end"]})
    return rows


def words_of(text: str | None) -> list[str]:
    """Return the case-folded words of a filter. A row matches if all of them occur in it."""
    return (text or "").casefold().split()


def page_of(rows: QuerySet[F_], number: int) -> Page[F_]:
    """Return the page with this number, counted from 1."""
    start = (number - 1) * PER_PAGE
    found = list(rows[start : start + PER_PAGE + 1])
    return Page(found[:PER_PAGE], number, len(found) > PER_PAGE)
