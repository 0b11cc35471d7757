"""Who has seen messages: the marks of their copies, and what was sent about them, within a time limit."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from gateway.delivery.failures import reason_of
from gateway.delivery.follow_ups import FollowUps, follow_ups_of
from gateway.delivery.ledger import DATABASE
from gateway.delivery.mailbox_choice import copy_of, mailboxes_of
from gateway.mailboxes.protocol import Mark, Place
from gateway.models import Delivery, Message

SECONDS = 20.0
MOST_COPIES = 2000


@dataclass(frozen=True, slots=True)
class SeenCopy:
    """One recipient's copy: its `place`, or None and the `reason` why it can't be told; neither if it is not there.

    `sent` is what its recipient sent about it.
    """

    recipient: str
    place: Place | None = None
    reason: str = ""
    sent: FollowUps = field(default_factory=FollowUps)

    @property
    def marks(self) -> frozenset[Mark]:
        """All that is known to have been done with it."""
        return self.sent.marks | (self.place.marks if self.place is not None else frozenset())


def seen_copies(messages: Sequence[Message], *, seconds: float = SECONDS) -> dict[int, list[SeenCopy]]:
    """Return the copies of each message, by its key.

    What could not be asked within `seconds`, or is beyond the first 2,000 copies, has that as its reason.
    """
    ends = time.monotonic() + seconds
    by_key = {message.pk: message for message in messages}
    found: dict[int, list[SeenCopy]] = {key: [] for key in by_key}
    copies = Delivery.objects.using(DATABASE).filter(message__in=list(by_key)).order_by("message_id", "pk")
    for number, copy in enumerate(copies.iterator(chunk_size=500)):
        if number >= MOST_COPIES:
            seen = SeenCopy(copy.recipient, reason="too many copies to look at in one call")
        elif time.monotonic() > ends:
            seen = SeenCopy(copy.recipient, reason="the time for looking was over")
        else:
            seen = _seen(copy, by_key[copy.message_id])
        found[copy.message_id].append(seen)
    return found


def _seen(copy: Delivery, message: Message) -> SeenCopy:
    if copy.status != Delivery.Status.DELIVERED:
        return SeenCopy(copy.recipient)
    try:
        place = mailboxes_of(copy.recipient).find(copy_of(copy, message))
    except OSError as error:
        return SeenCopy(copy.recipient, reason=reason_of(error), sent=replace(follow_ups_of(copy, message), reason=""))
    return SeenCopy(copy.recipient, place, sent=follow_ups_of(copy, message))
