"""Operations on submissions, which are requests to change the dispositions of messages, and their outcomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, TypedDict, Unpack

from pydantic import TypeAdapter

from api_client.models import Submission
from api_client.pagination import NumberedPage, each_by_number
from api_client.resources.base import Resource
from api_client.resources.numbered_pages import numbered_page

SUBMISSIONS = TypeAdapter(list[Submission])


class SubmissionFilters(TypedDict, total=False):
    """Filters of the submission list. `start` defaults to 30 days ago, `per_page` to 50.

    `type` is a SubmissionType, `status` a SubmissionStatus, dispositions are SubmissionDisposition. `order` is
    submission_id, subject, original_disposition, requested_disposition, outcome_disposition or requested_at.
    `direction` is asc or desc. `escalated_from_user` selects submissions that escalate a user's report, or the others.
    """

    direction: str | None
    end: datetime | None
    escalated_from_user: bool | None
    order: str | None
    original_disposition: str | None
    outcome_disposition: str | None
    page: int
    per_page: int
    query: str | None
    requested_disposition: str | None
    start: datetime | None
    status: str | None
    submission_id: str | None
    type: str | None


class Submissions(Resource):
    """Submissions, read-only. `investigate.reclassify` creates them."""

    def list(self, **filters: Unpack[SubmissionFilters]) -> NumberedPage[Submission]:
        """Return one page of submissions. Raise ValueError for a time without an offset or a page out of bounds."""
        return self._page(filters)

    def iterate(self, **filters: Unpack[SubmissionFilters]) -> Iterator[Submission]:
        """Yield every submission."""
        return each_by_number(lambda number: self._page({**filters, "page": number}))

    def _page(self, filters: Mapping[str, Any]) -> NumberedPage[Submission]:
        return numbered_page(self._get, "submissions", SUBMISSIONS, filters)
