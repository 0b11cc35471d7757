"""Request bodies and query parameters of the operations on bulk action jobs."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, Field, field_validator, model_validator

from api_client.models import (
    DECEMBER_2026,
    NOVEMBER_2026,
    BulkAction,
    BulkJobStatus,
    BulkMessageStatus,
    Disposition,
    Ended,
    MailboxDestination,
)
from gateway.api.params import DEFAULT_DAYS, Moment, Page, PerPage, Statuses, check_range
from gateway.search.params import SearchParams

Actions = Literal["PREVIEW", "QUARANTINE_RELEASED", "MOVED", "SUBMITTED"]
_LONGEST_COMMENT = 10_000


class BulkSearch(BaseModel):
    """The search of a job: one value for each filter; null leaves a filter out, as an absent one does."""

    action_log: Annotated[bool | None, Ended(NOVEMBER_2026, "GET …/action_log")] = None
    alert_id: str | None = None
    delivery_status: Statuses | None = None
    detections_only: bool | None = None
    domain: str | None = None
    end: Moment | None = None
    exact_subject: str | None = None
    final_disposition: Disposition | None = None
    message_action: Actions | None = None
    message_id: str | None = None
    metric: str | None = None
    query: str | None = None
    recipient: str | None = None
    sender: str | None = None
    smtp_helo_ip: str | None = None
    start: Moment | None = None
    subject: str | None = None
    submissions: bool | None = None

    @model_validator(mode="before")
    @classmethod
    def _no_filter_is_left_out(cls, value: Any) -> Any:
        if isinstance(value, dict) and value.get("url"):
            raise ValueError("url is a filter of GET /investigate only")
        return value

    @model_validator(mode="after")
    def _dates_make_sense(self) -> "BulkSearch":
        check_range(self.start, self.end)
        return self

    def filters(self, account_id: str) -> SearchParams:
        """Return what is searched for, with the defaults of `GET /investigate`: detections of the last 30 days."""
        return SearchParams(
            account_id=account_id,
            start=self.start or datetime.now(UTC) - timedelta(days=DEFAULT_DAYS),
            end=self.end,
            detections_only=self.detections_only is not False,
            query=self.query,
            subject=self.subject,
            exact_subject=_given(self.exact_subject),
            sender=_given(self.sender),
            recipient=_given(self.recipient),
            domain=_given(self.domain),
            message_id=_given(self.message_id),
            alert_id=_given(self.alert_id),
            smtp_helo_ip=_given(self.smtp_helo_ip),
            final_disposition=_given(self.final_disposition),
            message_action=_given(self.message_action),
            delivery_status=_given(self.delivery_status),
            submissions=bool(self.submissions),
        )

    def as_asked(self) -> dict[str, Any]:
        """Return the filters that the client gave, as JSON."""
        return self.model_dump(mode="json", exclude_none=True)


def _given(value: str | None) -> tuple[str, ...]:
    return (value,) if value is not None and value.strip() else ()


class BulkJobBody(BaseModel):
    """`POST /investigate/bulk`: `action`, or `action_type` as the answer calls it."""

    action: BulkAction = Field(validation_alias=AliasChoices("action", "action_type"))
    search_params: BulkSearch
    comment: Annotated[str, Field(max_length=_LONGEST_COMMENT)] | None = None
    destination: MailboxDestination | None = None
    expected_disposition: Annotated[Disposition | None, Ended(DECEMBER_2026)] = None

    @field_validator("search_params", mode="before")
    @classmethod
    def _no_search_is_an_empty_one(cls, value: Any) -> Any:
        return {} if value is None else value

    @model_validator(mode="after")
    def _a_move_goes_somewhere(self) -> "BulkJobBody":
        if self.action == BulkAction.MOVE and self.destination is None:
            raise ValueError("destination is required when action is MOVE")
        return self


class BulkJobsQuery(BaseModel):
    """Parameters of `GET /investigate/bulk`."""

    action_type: BulkAction | None = None
    page: Page = 1
    per_page: PerPage = 20
    status: BulkJobStatus | None = None


class BulkMessagesQuery(BaseModel):
    """Parameters of `GET /investigate/bulk/{job_id}/messages`."""

    page: Page = 1
    per_page: PerPage = 20
    status: BulkMessageStatus | None = None
