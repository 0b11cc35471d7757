"""Submissions: requests to classify messages otherwise, and what came of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, TypedDict, Unpack

from pydantic import TypeAdapter

from api_client.models import Submission
from api_client.pagination import NumberedPage, each_by_number
from api_client.resources.base import Resource
from api_client.resources.numbered import numbered_page

SUBMISSIONS = TypeAdapter(list[Submission])


class SubmissionFilters(TypedDict, total=False):
    """Which submissions: those of the last 30 days unless `start` is given, 50 on a page.

    `type` is a SubmissionType, `status` a SubmissionStatus, dispositions are SubmissionDisposition. `order` is
    submission_id, subject, original_disposition, requested_disposition, outcome_disposition or requested_at;
    `direction` is asc or desc. `escalated_from_user` tells what escalates a user's report from what does not.
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
    """What was asked to be classified otherwise; `investigate.reclassify` asks."""

    def list(self, **filters: Unpack[SubmissionFilters]) -> NumberedPage[Submission]:
        """Give one page of submissions. Raises ValueError for a time without an offset or a page out of bounds."""
        return self._page(filters)

    def iterate(self, **filters: Unpack[SubmissionFilters]) -> Iterator[Submission]:
        """Give every submission, page after page."""
        return each_by_number(lambda number: self._page({**filters, "page": number}))

    def _page(self, filters: Mapping[str, Any]) -> NumberedPage[Submission]:
        return numbered_page(self._get, "submissions", SUBMISSIONS, filters)
