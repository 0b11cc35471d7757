"""PhishGuard: what was noticed beyond single messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, TypedDict, Unpack

from pydantic import TypeAdapter

from api_client.models import PhishGuardReport
from api_client.pagination import NumberedPage, each_by_number
from api_client.resources.base import Resource
from api_client.resources.numbered import numbered_page
from api_client.transport import Transport

REPORTS = TypeAdapter(list[PhishGuardReport])


class ReportFilters(TypedDict, total=False):
    """Which reports: those written from `start` to `end`, 50 on a page unless given."""

    start: datetime | None
    end: datetime | None
    page: int
    per_page: int


class PhishGuardReports(Resource):
    """Reports on threats found after delivery, campaigns and targeted people."""

    def list(self, **filters: Unpack[ReportFilters]) -> NumberedPage[PhishGuardReport]:
        """Give one page of reports. Raises ValueError for a time without an offset or a page out of bounds."""
        return self._page(filters)

    def iterate(self, **filters: Unpack[ReportFilters]) -> Iterator[PhishGuardReport]:
        """Give every report, page after page."""
        return each_by_number(lambda number: self._page({**filters, "page": number}))

    def _page(self, filters: Mapping[str, Any]) -> NumberedPage[PhishGuardReport]:
        return numbered_page(self._get, "phishguard/reports", REPORTS, filters)


class PhishGuard:
    """The way to the reports."""

    def __init__(self, transport: Transport) -> None:
        self.reports = PhishGuardReports(transport)
