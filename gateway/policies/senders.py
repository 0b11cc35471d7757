"""Who sent a message: the places that a sender's pattern is matched with."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from gateway.detect import Envelope
from gateway.detect.defang import defang
from gateway.mail.message import ParsedMessage
from gateway.policies.table import PatternTable

T = TypeVar("T")


class Place(StrEnum):
    """Where a sender is named."""

    ENVELOPE = "envelope sender"
    FROM = "From address"
    SERVER = "sending server"


@dataclass(frozen=True, slots=True)
class Sender:
    """One of the names that a sender goes by."""

    what: Place
    value: str

    @property
    def shown(self) -> str:
        """The value, defanged."""
        return defang(self.value)

    @property
    def field(self) -> str | None:
        """The header field that names it."""
        return "From" if self.what == Place.FROM else None

    @property
    def portion(self) -> str:
        """The portion of the message that names it."""
        return "header" if self.what == Place.FROM else "envelope"

    def matches(self, table: PatternTable[T]) -> Iterator[T]:
        """Yield what belongs to the patterns that match."""
        return table.for_ip(self.value) if self.what == Place.SERVER else table.for_address(self.value)


def senders(message: ParsedMessage, envelope: Envelope) -> tuple[Sender, ...]:
    """Return the sender's names: envelope sender, From address, and the server that handed the mail over.

    Reply-To is none of them: whoever writes a mail can name anybody there.
    """
    found = (
        Sender(Place.ENVELOPE, envelope.mail_from.strip("<> ")),
        Sender(Place.FROM, message.from_address),
        Sender(Place.SERVER, envelope.client_ip or message.smtp_helo_server_ip),
    )
    return tuple(sender for sender in found if sender.value)
