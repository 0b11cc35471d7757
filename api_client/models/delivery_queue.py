"""The queue of mail on its way to next hops: an extension of the embedded gateway. Cloudflare's API has none."""

from __future__ import annotations

from pydantic import Field

from api_client.models.base import UtcDatetime, WireModel


class QueuedCopy(WireModel):
    """One recipient's copy that waits to be delivered, or that was not delivered.

    `status` is a DeliveryStatus: queued, deferred or bounced. `last_reply` are the next hop's words, or why it could
    not be asked; `notice` says whether the sender was told. Without a `next_hop` it goes to a Maildir.
    """

    id: str
    message_id: str
    subject: str
    sender: str
    recipient: str
    status: str
    next_hop: str
    attempts: int
    last_reply: str
    answers_lost: int
    is_sending: bool
    notice: str
    next_try_at: UtcDatetime | None
    expires_at: UtcDatetime | None


class QueueAct(WireModel):
    """Who acts on a copy in the queue."""

    by: str = Field(default="", max_length=150)
