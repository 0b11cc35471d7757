"""Models of PhishGuard reports."""

from __future__ import annotations

from pydantic import Field

from api_client.models.base import UtcDatetime, WireModel


class PhishGuardFields(WireModel):
    """The message that a report is about; `ts` is deprecated in favour of `occurred_at`."""

    to: list[str]
    from_: str | None = Field(default=None, alias="from")
    occurred_at: UtcDatetime | None = None
    postfix_id: str | None = None
    ts: UtcDatetime | None = None


class PhishGuardTag(WireModel):
    """One label of a report."""

    category: str
    value: str


class PhishGuardReport(WireModel):
    """One report; `disposition` is a Disposition or a newer value, `ts` is deprecated in favour of `created_at`."""

    id: int
    title: str
    content: str
    disposition: str
    priority: str
    fields: PhishGuardFields
    created_at: UtcDatetime | None = None
    tags: list[PhishGuardTag] | None = None
    ts: UtcDatetime | None = None
    updated_at: UtcDatetime | None = None
