"""Queries for submissions."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from gateway.models import Submission

DATABASE = "gateway"
_COLUMNS = {"submission_id": "pk"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionFilter:
    """Filters of a list of submissions. `start` and `end` are inclusive. A filter that is None is not applied.

    `escalated_from_user` is true for the team's submissions that escalate a user's report, false for all others.
    """

    account_id: str
    start: datetime
    end: datetime
    type: str | None = None
    customer_status: str | None = None
    original_disposition: str | None = None
    requested_disposition: str | None = None
    outcome_disposition: str | None = None
    escalated_from_user: bool | None = None
    submission_id: str | None = None
    query: str | None = None


def submissions(asked: SubmissionFilter, *, order: str, descending: bool) -> "QuerySet[Submission]":
    """Return the submissions that match every filter. Every word of `query` must occur in the submission's text."""
    found = Submission.objects.using(DATABASE).filter(
        account_id=asked.account_id, requested_at__gte=asked.start, requested_at__lte=asked.end
    )
    for column in ("type", "customer_status", "original_disposition", "requested_disposition", "outcome_disposition"):
        value = getattr(asked, column)
        if value is not None:
            found = found.filter(**{column: value})
    if asked.escalated_from_user is not None:
        found = found.filter(escalated_from__isnull=not asked.escalated_from_user)
    if asked.submission_id is not None:
        found = found.filter(pk__in=_key(asked.submission_id))
    for word in (asked.query or "").casefold().split():
        found = found.filter(folded__contains=word)
    column, sign = _COLUMNS.get(order, order), "-" if descending else ""
    return found.select_related("message").order_by(f"{sign}{column}", "-requested_at", "pk")


def _key(text: str) -> list[UUID]:
    try:
        return [UUID(text)]
    except ValueError:
        return []
