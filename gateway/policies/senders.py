"""A message's sender identities that sender patterns are compared with: envelope sender, header From, server IP."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from gateway.detect import Envelope
from gateway.detect.defang import defang
from gateway.mail.message import ParsedMessage
from gateway.policies.pattern_table import PatternTable

T = TypeVar("T")


class Place(StrEnum):
    """Where a sender identity comes from."""

    ENVELOPE = "envelope sender"
    FROM = "From address"
    SERVER = "sending server"


@dataclass(frozen=True, slots=True)
class Sender:
    """One sender identity of a message."""

    what: Place
    value: str

    @property
    def shown(self) -> str:
        """Return the defanged value."""
        return defang(self.value)

    @property
    def field(self) -> str | None:
        """Return the header field that contains the value, or None."""
        return "From" if self.what == Place.FROM else None

    @property
    def portion(self) -> str:
        """Return the portion of the message that contains the value."""
        return "header" if self.what == Place.FROM else "envelope"

    def matches(self, table: PatternTable[T]) -> Iterator[T]:
        """Yield the owners of the patterns that match the value."""
        return table.for_ip(self.value) if self.what == Place.SERVER else table.for_address(self.value)


def senders(message: ParsedMessage, envelope: Envelope) -> tuple[Sender, ...]:
    """Return the sender's identities: envelope sender, header From, and the IP of the server that sent the mail.

    All addresses in header From are among them, since each is shown as the sender by some mail program. Reply-To is not
    used, since the author of a mail can put any address there.
    """
    found = (
        Sender(Place.ENVELOPE, envelope.mail_from.strip("<> ")),
        *(Sender(Place.FROM, address) for address in message.from_addresses),
        Sender(Place.SERVER, envelope.client_ip or message.smtp_helo_server_ip),
    )
    return tuple(sender for sender in found if sender.value)


def trustworthy(found: tuple[Sender, ...]) -> tuple[Sender, ...]:
    """Return the identities that may exempt a message.

    Several addresses in header From don't: whoever adds a trusted address to the own one is not trusted by it.
    """
    several = sum(sender.what == Place.FROM for sender in found) > 1
    return tuple(sender for sender in found if not (several and sender.what == Place.FROM))
