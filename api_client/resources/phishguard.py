"""Operations on PhishGuard reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, TypedDict, Unpack

from pydantic import TypeAdapter

from api_client.models import PhishGuardReport
from api_client.pagination import NumberedPage, each_by_number
from api_client.resources.base import Resource
from api_client.resources.numbered_pages import numbered_page
from api_client.transport import Transport

REPORTS = TypeAdapter(list[PhishGuardReport])


class ReportFilters(TypedDict, total=False):
    """Filters of the report list: reports created from `start` to `end`. `per_page` defaults to 50."""

    start: datetime | None
    end: datetime | None
    page: int
    per_page: int


class PhishGuardReports(Resource):
    """PhishGuard reports on threats found after delivery, campaigns and targeted people."""

    def list(self, **filters: Unpack[ReportFilters]) -> NumberedPage[PhishGuardReport]:
        """Return one page of reports. Raise ValueError for a time without an offset or a page out of bounds."""
        return self._page(filters)

    def iterate(self, **filters: Unpack[ReportFilters]) -> Iterator[PhishGuardReport]:
        """Yield every report."""
        return each_by_number(lambda number: self._page({**filters, "page": number}))

    def _page(self, filters: Mapping[str, Any]) -> NumberedPage[PhishGuardReport]:
        return numbered_page(self._get, "phishguard/reports", REPORTS, filters)


class PhishGuard:
    """Access to the PhishGuard resources."""

    def __init__(self, transport: Transport) -> None:
        self.reports = PhishGuardReports(transport)
