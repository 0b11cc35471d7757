"""Who has seen a message, an extension of the embedded gateway: marks of recipients' mailboxes."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from api_client.models.base import WireModel

MARKS_AT_MOST: Final = 100
"""Maximum number of messages in one question."""


class MarksRequest(WireModel):
    """The messages to look up in their recipients' mailboxes."""

    ids: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(min_length=1, max_length=MARKS_AT_MOST)


class CopyMarks(WireModel):
    """One recipient's copy.

    `state` is `found`, `not_in_mailbox` (held, not delivered, or deleted), or `unknown` with the `reason`. `marks` are
    `read`, `answered` and `forwarded`; null if neither the copy nor sent mail about it was found. `folder` is a name of
    the API, or `Other` for a folder of its owner's. `forwarded_to` are recipients of forwards, as far as they were
    found in sent mail; `sent_unknown` says why the mailbox's sent mail could not be looked through.
    """

    recipient: str
    state: str
    marks: list[str] | None = None
    folder: str | None = None
    reason: str | None = None
    forwarded_to: list[str] = []
    sent_unknown: str | None = None


class MessageMarks(WireModel):
    """The copies of one message."""

    id: str
    copies: list[CopyMarks] = []
