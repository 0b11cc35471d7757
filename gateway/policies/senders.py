"""A message's sender identities: envelope sender, header From and Reply-To, and the server's IP and name."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from gateway.detect import Envelope
from gateway.detect.defang import defang
from gateway.mail.message import ParsedMessage
from gateway.policies.pattern_table import PatternTable
from policy_patterns.senders import Place, server_name

T = TypeVar("T")
_FIELDS: Final = {Place.FROM: "From", Place.REPLY_TO: "Reply-To"}


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
        return _FIELDS.get(self.what)

    @property
    def portion(self) -> str:
        """Return the portion of the message that contains the value."""
        return "header" if self.what in _FIELDS else "envelope"

    def matches(self, table: PatternTable[T]) -> Iterator[T]:
        """Yield the owners of the patterns that match the value."""
        return table.for_sender(self.what, self.value)


def senders(message: ParsedMessage, envelope: Envelope) -> tuple[Sender, ...]:
    """Return the sender's identities: envelope sender, header From and Reply-To, IP and name of the sending server.

    All addresses in header From are among them, since each is shown as the sender by some mail program. The author of
    a mail can write any Reply-To and any server any name, so only expressions are tried on those.
    """
    found = (
        Sender(Place.ENVELOPE, envelope.mail_from.strip("<> ")),
        *(Sender(Place.FROM, address) for address in message.from_addresses),
        Sender(Place.SERVER, envelope.client_ip or message.smtp_helo_server_ip),
        Sender(Place.REPLY_TO, message.reply_to),
        Sender(Place.SERVER_NAME, server_name(envelope.helo or message.smtp_helo_server_name)),
    )
    return tuple(sender for sender in found if sender.value)


def trustworthy(found: tuple[Sender, ...]) -> tuple[Sender, ...]:
    """Return the identities that may exempt a message.

    Several addresses in header From don't: whoever adds a trusted address to the own one is not trusted by it.
    """
    several = sum(sender.what == Place.FROM for sender in found) > 1
    return tuple(sender for sender in found if not (several and sender.what == Place.FROM))
