"""Operations on bulk action jobs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, TypedDict, Unpack

from pydantic import TypeAdapter

from api_client.addressing import path_segment
from api_client.models import BulkJob, BulkJobMessage, BulkJobRequest, BulkSearchParams, Deleted
from api_client.pagination import NumberedPage, each_by_number
from api_client.resources.base import Resource
from api_client.resources.numbered_pages import numbered_page
from api_client.transport import Transport

JOB = TypeAdapter(BulkJob)
JOBS = TypeAdapter(list[BulkJob])
DELETED = TypeAdapter(Deleted)
JOB_MESSAGES = TypeAdapter(list[BulkJobMessage])
_PATH = "investigate/bulk"


class BulkSearch(TypedDict, total=False):
    """The search of a job, with the filters of `investigate.list`, but one value per filter."""

    alert_id: str | None
    delivery_status: str | None
    detections_only: bool
    domain: str | None
    end: datetime | None
    exact_subject: str | None
    final_disposition: str | None
    message_action: str | None
    message_id: str | None
    metric: str | None
    query: str | None
    recipient: str | None
    sender: str | None
    smtp_helo_ip: str | None
    start: datetime | None
    subject: str | None
    submissions: bool


class BulkJobFilters(TypedDict, total=False):
    """Filters of the job list. `action_type` is a BulkAction, `status` a BulkJobStatus. `per_page` defaults to 50."""

    action_type: str | None
    status: str | None
    page: int
    per_page: int


class BulkMessageFilters(TypedDict, total=False):
    """Filters of a job's messages. `status` is a BulkMessageStatus. `per_page` defaults to 50."""

    status: str | None
    page: int
    per_page: int


class BulkCancelResource(Resource):
    """Cancel jobs."""

    def create(self, job_id: str) -> BulkJob:
        """Cancel a job. Completed actions stay, and so does the job in the list. Raise Conflict if it has ended."""
        return self._read(JOB, self._send("POST", f"{_PATH}/{path_segment(job_id)}/cancel", write=True))


class BulkMessagesResource(Resource):
    """The messages of jobs and their outcomes."""

    def list(self, job_id: str, **filters: Unpack[BulkMessageFilters]) -> NumberedPage[BulkJobMessage]:
        """Return one page of a job's messages, with one entry per message and recipient."""
        return self._page(job_id, filters)

    def iterate(self, job_id: str, **filters: Unpack[BulkMessageFilters]) -> Iterator[BulkJobMessage]:
        """Yield every message of a job."""
        return each_by_number(lambda number: self._page(job_id, {**filters, "page": number}))

    def _page(self, job_id: str, filters: Mapping[str, Any]) -> NumberedPage[BulkJobMessage]:
        return numbered_page(self._get, f"{_PATH}/{path_segment(job_id)}/messages", JOB_MESSAGES, filters)


class BulkResource(Resource):
    """Jobs that apply one action to every message that a search finds."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport)
        self.cancel = BulkCancelResource(transport)
        self.messages = BulkMessagesResource(transport)

    def list(self, **filters: Unpack[BulkJobFilters]) -> NumberedPage[BulkJob]:
        """Return one page of jobs, newest first."""
        return numbered_page(self._get, _PATH, JOBS, filters)

    def iterate(self, **filters: Unpack[BulkJobFilters]) -> Iterator[BulkJob]:
        """Yield every job, newest first."""
        return each_by_number(lambda number: numbered_page(self._get, _PATH, JOBS, {**filters, "page": number}))

    def create(
        self, *, action: str, search_params: BulkSearch, destination: str | None = None, comment: str | None = None
    ) -> BulkJob:
        """Start a job. `action` is a BulkAction. A move requires a `destination`.

        Raise ValueError, before anything is sent, for a move without destination or a time without an offset.
        """
        if action == "MOVE" and not destination:
            raise ValueError("A move needs a destination.")
        for name in ("start", "end"):
            moment = search_params.get(name)
            if isinstance(moment, datetime) and moment.utcoffset() is None:
                raise ValueError(f"{name} is a time without an offset from UTC.")
        body = BulkJobRequest(
            action=action, search_params=BulkSearchParams(**search_params), destination=destination, comment=comment
        )
        return self._read(JOB, self._post(_PATH, body))

    def get(self, job_id: str) -> BulkJob:
        """Return one job with its current counters."""
        return self._read(JOB, self._get(f"{_PATH}/{path_segment(job_id)}"))

    def delete(self, job_id: str) -> str:
        """Delete a job and return its id. Raise Conflict if it has not ended."""
        return self._read(DELETED, self._send("DELETE", f"{_PATH}/{path_segment(job_id)}", write=True)).id
