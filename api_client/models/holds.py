"""Legal holds: an extension of the embedded gateway. Cloudflare's API has none."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api_client.models.base import UtcDatetime, WireModel

Text = Annotated[str, Field(min_length=1, max_length=320)]
MOST = 1000


class HoldRequest(WireModel):
    """What a new hold names: a message is held if all that is given here fits it. Something has to be given."""

    name: str = Field(min_length=1, max_length=200)
    reason: str = Field(min_length=1, max_length=2000)
    message_ids: list[Text] = Field(default=[], max_length=MOST)
    recipients: list[Text] = Field(default=[], max_length=MOST)
    senders: list[Text] = Field(default=[], max_length=MOST)
    since: UtcDatetime | None = None
    until: UtcDatetime | None = None
    set_by: str = Field(default="", max_length=150)


class LiftRequest(WireModel):
    """Who lifts a hold."""

    lifted_by: str = Field(default="", max_length=150)


class LegalHold(WireModel):
    """A hold. It is in force while `lifted_at` is null."""

    id: str
    name: str
    reason: str
    message_ids: list[str] = []
    recipients: list[str] = []
    senders: list[str] = []
    since: UtcDatetime | None = None
    until: UtcDatetime | None = None
    set_by: str
    set_at: UtcDatetime
    lifted_by: str = ""
    lifted_at: UtcDatetime | None = None


class MissingRequest(WireModel):
    """Ids of messages that may not be stored any more."""

    ids: list[Text] = Field(min_length=1, max_length=MOST)


class MissingMessage(WireModel):
    """An id of which the gateway stores no message. `is_expired` says that retention would have deleted it by now."""

    id: str
    is_expired: bool
