"""Models of the results of moves and releases."""

from __future__ import annotations

from typing import Annotated

from pydantic import StrictBool

from api_client.models.base import NOVEMBER_2026, Ended, UtcDatetime, WireModel


class MoveResult(WireModel):
    """The outcome of a move for one recipient's copy of one message.

    `message_id` may be the investigate id, the postfix id or the Message-ID: match all three. `completed_timestamp`
    and `item_count` are deprecated. `gatehouse_marks` is given by our gateway alone: what the recipient had done with
    the copy before it was moved (`read`, `answered`, `forwarded`); null if it can't be told. So are
    `gatehouse_forwarded_to`, the recipients of forwards that were found in sent mail.
    """

    success: StrictBool
    completed_at: UtcDatetime | None = None
    completed_timestamp: Annotated[UtcDatetime | None, Ended(NOVEMBER_2026, "completed_at")] = None
    destination: str | None = None
    item_count: Annotated[int | None, Ended(NOVEMBER_2026)] = None
    message_id: str | None = None
    operation: str | None = None
    recipient: str | None = None
    status: str | None = None
    gatehouse_marks: list[str] | None = None
    gatehouse_forwarded_to: list[str] | None = None


class ReleaseResult(WireModel):
    """The outcome of a release for one message, recipients by outcome; `postfix_id` is deprecated."""

    id: str
    delivered: list[str] | None = None
    failed: list[str] | None = None
    postfix_id: Annotated[str | None, Ended(NOVEMBER_2026, "id")] = None
    undelivered: list[str] | None = None
