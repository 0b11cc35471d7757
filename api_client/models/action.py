"""Models of a message's action log."""

from __future__ import annotations

from typing import Annotated

from api_client.models.base import NEVER_NULL, NOVEMBER_2026, Ended, UtcDatetime, WireModel


class ActionProperties(WireModel):
    """Details of one action; `folder` is the destination of a move, `requested_by` names an API token's owner."""

    folder: str | None = None
    requested_by: str | None = None
    requested_disposition: str | None = None
    service: str | None = None
    submission_id: str | None = None
    submission_type: str | None = None
    gatehouse_recipients: list[str] | None = None
    """Of our gateway alone: who a release was for, if not for everybody whom the message was held for."""


class ActionEntry(WireModel):
    """One entry of `GET …/action_log`; `operation` is an ActionOperation or a newer value."""

    operation: str
    completed_at: UtcDatetime | None = None
    started_at: UtcDatetime | None = None
    status: str | None = None
    success: bool | None = None
    properties: ActionProperties | None = None


class ActionLogProperties(WireModel):
    """Details of one entry of the deprecated embedded log."""

    folder: Annotated[str | None, NEVER_NULL] = None
    requested_by: Annotated[str | None, NEVER_NULL] = None


class ActionLogEntry(WireModel):
    """One entry of the deprecated log embedded in a message.

    The contract requires `completed_at`; nothing deprecated is required here, so it may be None.
    """

    operation: str
    completed_at: UtcDatetime | None = None
    completed_timestamp: Annotated[str | None, Ended(NOVEMBER_2026, "completed_at")] = None
    properties: ActionLogProperties | None = None
    status: str | None = None
