"""Models of PhishGuard reports."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api_client.models.base import Ended, UtcDatetime, WireModel


class PhishGuardFields(WireModel):
    """The message that a report is about; `ts` is deprecated in favour of `occurred_at`."""

    to: list[str]
    from_: str | None = Field(default=None, alias="from")
    occurred_at: UtcDatetime | None = None
    postfix_id: str | None = None
    ts: Annotated[UtcDatetime | None, Ended(instead="occurred_at")] = None


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
    ts: Annotated[UtcDatetime | None, Ended(instead="created_at")] = None
    updated_at: UtcDatetime | None = None
