"""Query parameters of the operations, with the API's defaults and limits."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, model_validator

from api_client.models import NOVEMBER_2026, Ended, SubmissionDisposition
from gateway.search.params import SearchParams

_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(2200, 1, 1, tzinfo=UTC)
DEFAULT_DAYS = 30


def _boolean(value: object) -> object:
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise ValueError("must be true or false")


def _aware(moment: datetime) -> datetime:
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    if not _FIRST <= moment <= _LAST:
        raise ValueError("must be from 1970 to 2199")
    return moment.astimezone(UTC)


Flag = Annotated[bool, BeforeValidator(_boolean)]
Moment = Annotated[datetime, AfterValidator(_aware)]
Page = Annotated[int, Field(ge=1, le=2**31)]
PerPage = Annotated[int, Field(ge=1, le=1000)]
SearchPerPage = Annotated[int, Field(ge=1, le=10_000)]
Dispositions = Literal["MALICIOUS", "MALICIOUS-BEC", "SUSPICIOUS", "SPOOF", "SPAM", "BULK", "NONE"]
Actions = Literal["PREVIEW", "QUARANTINE_RELEASED", "MOVED", "SUBMITTED"]
Statuses = Literal["delivered", "moved", "quarantined", "rejected", "deferred", "bounced", "queued", "move_failed"]


def check_range(start: datetime | None, end: datetime | None) -> None:
    """Raise ValueError for a range that starts in the future or ends before it starts."""
    if start is not None and start > datetime.now(UTC) + timedelta(minutes=5):
        raise ValueError("start must not be in the future")
    if start is not None and end is not None and end < start:
        raise ValueError("end must not be before start")


_URL = (
    "Extension of this gateway: words of a link's address that stand side by side in it. The answer's `messages` say "
    "that the parameter was applied."
)


_FEATURES = (
    "Extension of this gateway: give `gatehouse_features` with each message, what similar mail is recognised by. The "
    "answer's `messages` say that the parameter was applied."
)


class SearchQuery(BaseModel):
    """Parameters of `GET /investigate`. `metric` is accepted and changes nothing; newest first is the only order.

    `url` and `features` are extensions: the contract doesn't have them.
    """

    alert_id: list[str] = []
    cursor: str | None = None
    delivery_status: list[Statuses] = []
    detections_only: Flag = True
    domain: list[str] = []
    end: Moment | None = None
    exact_subject: list[str] = []
    features: Annotated[Flag, Field(description=_FEATURES)] = False
    final_disposition: list[Dispositions] = []
    message_action: list[Actions] = []
    message_id: list[str] = []
    metric: str | None = None
    page: Annotated[Page, Ended(NOVEMBER_2026, "cursor")] = 1
    per_page: SearchPerPage = 20
    query: str | None = None
    recipient: list[str] = []
    sender: list[str] = []
    smtp_helo_ip: list[str] = []
    start: Moment | None = None
    subject: str | None = None
    submissions: Flag = False
    url: Annotated[list[str], Field(description=_URL)] = []

    @model_validator(mode="after")
    def _dates_make_sense(self) -> "SearchQuery":
        check_range(self.start, self.end)
        return self

    def filters(self, account_id: str) -> SearchParams:
        """Return what is searched for; without a start, from 30 days before now on."""
        return SearchParams(
            account_id=account_id,
            start=self.start or max(_FIRST, datetime.now(UTC) - timedelta(days=DEFAULT_DAYS)),
            end=self.end,
            detections_only=self.detections_only,
            query=self.query,
            subject=self.subject,
            exact_subject=_given(self.exact_subject),
            sender=_given(self.sender),
            recipient=_given(self.recipient),
            domain=_given(self.domain),
            url=_given(self.url),
            message_id=_given(self.message_id),
            alert_id=_given(self.alert_id),
            smtp_helo_ip=_given(self.smtp_helo_ip),
            final_disposition=tuple(self.final_disposition),
            message_action=tuple(self.message_action),
            delivery_status=tuple(self.delivery_status),
            submissions=self.submissions,
            features=self.features,
        )


def _given(values: list[str]) -> tuple[str, ...]:
    """Blank values leave a filter out, as an empty field of a form does."""
    return tuple(value for value in values if value.strip())


Folded = BeforeValidator(lambda value: value.lower() if isinstance(value, str) else value)


class SubmissionsQuery(BaseModel):
    """Parameters of `GET /submissions`: those of the last 30 days, newest first, unless told otherwise."""

    direction: Literal["asc", "desc"] = "desc"
    end: Moment | None = None
    escalated_from_user: Flag | None = None
    order: Literal[
        "submission_id",
        "subject",
        "original_disposition",
        "requested_disposition",
        "outcome_disposition",
        "requested_at",
    ] = "requested_at"
    original_disposition: SubmissionDisposition | None = None
    outcome_disposition: SubmissionDisposition | None = None
    page: Page = 1
    per_page: PerPage = 20
    query: str | None = None
    requested_disposition: SubmissionDisposition | None = None
    start: Moment | None = None
    status: Annotated[Literal["escalated", "reviewed", "unreviewed"], Folded] | None = None
    submission_id: str | None = None
    type: Literal["TEAM", "USER"] | None = None

    @model_validator(mode="after")
    def _dates_make_sense(self) -> "SubmissionsQuery":
        if self.start is not None and self.end is not None and self.end < self.start:
            raise ValueError("end must not be before start")
        return self


class ReportsQuery(BaseModel):
    """Parameters of `GET /phishguard/reports`; `start` and `end` come before the deprecated days, both inclusive."""

    end: Moment | None = None
    from_date: Annotated[date | None, Ended(instead="start")] = None
    page: Page = 1
    per_page: PerPage = 20
    start: Moment | None = None
    to_date: Annotated[date | None, Ended(instead="end")] = None

    @property
    def since(self) -> datetime | None:
        """When the wanted range begins."""
        return self.start or (_midnight(self.from_date) if self.from_date is not None else None)

    @property
    def until(self) -> datetime | None:
        """The last moment of the wanted range."""
        if self.end is not None or self.to_date is None:
            return self.end
        return _midnight(self.to_date) + timedelta(days=1) - timedelta(microseconds=1)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


class DetailQuery(BaseModel):
    """Parameters of `GET /investigate/{id}`."""

    submission: Flag = False
