"""Models of a message trace: the log lines of its delivery through the service."""

from __future__ import annotations

from typing import Annotated

from pydantic import field_validator

from api_client.models.base import NOVEMBER_2026, Ended, UtcDatetime, WireModel


class TraceLine(WireModel):
    """One line of the trace; `ts` is deprecated in favour of `logged_at`."""

    lineno: int | None = None
    logged_at: UtcDatetime | None = None
    message: str | None = None
    ts: Annotated[str | None, Ended(NOVEMBER_2026, "logged_at")] = None


class TracePart(WireModel):
    """One direction of the trace; `pending` says that more lines are to come."""

    lines: list[TraceLine] = []
    pending: bool | None = None

    @field_validator("lines", mode="before")
    @classmethod
    def _null_means_none(cls, value: object) -> object:
        return [] if value is None else value


class Trace(WireModel):
    """The trace of one message, in and out."""

    inbound: TracePart
    outbound: TracePart
