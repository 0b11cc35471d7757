"""Writes of API tokens that wait for a second person: an extension of Gatehouse's gateway."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from api_client.models.base import UtcDatetime, WireModel


class WriteRequestState(StrEnum):
    """What became of a request: the last four are ends."""

    WAITING = "waiting"
    APPROVED = "approved"
    DONE = "done"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class WriteRequest(WireModel):
    """A move or release that a token asked for; `state` is a WriteRequestState or a newer value.

    `action` is a BulkAction. `job_id` is the bulk action job that waits with it and has its messages, null when the job
    was deleted. `operation` is the operationId of the call, `rule` says why it needs a second person. `token_known_to`
    are those who were ever told the token's secret. `outcome` has the number of copies by status once it is done.
    """

    id: str
    job_id: str | None = None
    token: str
    token_known_to: list[str]
    operation: str
    action: str
    destination: str | None = None
    messages: int
    rule: str
    state: str
    requested_at: UtcDatetime
    expires_at: UtcDatetime
    decided_by: str | None = None
    decided_at: UtcDatetime | None = None
    ended_at: UtcDatetime | None = None
    outcome: dict[str, int] = {}


class Decision(WireModel):
    """Who decides on a request."""

    decided_by: str = Field(min_length=1, max_length=150)
