"""Copies of mail that others have delivered: journal reports, and blind copies that a server sends of all its mail.

They count only from the organisation's own servers, and if all recipients are addresses that were named for them. From
others, or to others, such mail is ordinary mail.
"""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from gateway.detect import Envelope
from gateway.importing.envelope import UNKNOWN, imported_envelope
from gateway.mail.bodies import decode_body
from gateway.mail.message import ParsedMessage
from gateway.mail.mime import MESSAGE_TYPES, Part, Tree, split_message
from gateway.mail.same_mailbox import distinct

logger = logging.getLogger(__name__)

JOURNAL: Final = "JOURNAL"
BCC: Final = "BCC"
NOT_READ: Final = "The journal report could not be read: it was stored whole, as ordinary mail."
_MOST_RECIPIENTS: Final = 1000
_LONGEST_REPORT: Final = 256 * 1024
_LONGEST_ADDRESS: Final = 320
# "Recipient: bo@acme.example", "To: bo@acme.example, Expanded: all@acme.example": the address that got it is the first.
_LINE: Final = re.compile(
    r"(sender|recipient|to|cc|bcc)[ \t]{0,10}:[ \t]{0,10}<?([^\s<>,;]{1,400})>?[ \t]{0,10}(?:[,;].{0,2000})?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Copy:
    """A message that another server has delivered: its bytes, its envelope, and JOURNAL or BCC as its delivery mode."""

    raw: bytes
    envelope: Envelope | Callable[[ParsedMessage], Envelope]
    delivery_mode: str


def mode_of(envelope: Envelope) -> str:
    """Return JOURNAL or BCC if the envelope is that of such copies, else an empty string."""
    if not envelope.from_own_peer or not envelope.recipients:
        return ""
    named = {recipient.casefold() for recipient in envelope.recipients}
    if named <= {address.casefold() for address in settings.GATEWAY_JOURNAL_ADDRESSES}:
        return JOURNAL
    if named <= {address.casefold() for address in settings.GATEWAY_BCC_ADDRESSES}:
        return BCC
    return ""


def unwrapped(raw: bytes, envelope: Envelope) -> Copy | None:
    """Return the message that a copy holds, None if its wrapper can't be read. The envelope is one of `mode_of`."""
    if mode_of(envelope) == BCC:
        return Copy(raw, _blind_copy(envelope), BCC)
    tree = split_message(raw)
    messages = [part for part in tree.root.children if part.content_type in MESSAGE_TYPES]
    texts = [part for part in tree.root.children if part.content_type == "text/plain"]
    if tree.root.readings or not tree.root.is_multipart or len(messages) != 1 or not texts:
        return None
    inner = messages[0].payload()
    told = _report(texts[0], tree)
    if told is None or not inner.strip():
        return None
    return Copy(inner, told, JOURNAL)


def _report(part: Part, tree: Tree) -> Envelope | None:
    """Return the envelope that the text of a journal report says, None if it names no sender or no recipient."""
    if part.end - part.start > _LONGEST_REPORT:
        return None
    sender: str | None = None
    recipients: list[str] = []
    for line in decode_body(part, tree).splitlines():
        match = _LINE.fullmatch(line.strip())
        if match is None:
            continue
        kind, address = match[1].lower(), match[2]
        if len(address) > _LONGEST_ADDRESS or "@" not in address:
            return None
        if kind != "sender":
            recipients.append(address)
        elif sender is None:
            sender = address
    if sender is None or not recipients or len(recipients) > _MOST_RECIPIENTS:
        return None
    # Exchange's Sender is that of the header: it proves no envelope. What came from outside is told by Received fields.
    return Envelope(mail_from=sender, recipients=distinct(recipients), from_own_peer=True, is_sender_known=False)


def _blind_copy(envelope: Envelope) -> Callable[[ParsedMessage], Envelope]:
    """Return what finds a blind copy's recipients: those that its fields name, but for the address that it came to."""

    def read(parsed: ParsedMessage) -> Envelope:
        found = imported_envelope(parsed, envelope.mail_from)
        own = {recipient.casefold() for recipient in envelope.recipients}
        recipients = [one for one in found.recipients if one.casefold() not in own]
        if not recipients:
            recipients = [box.address for box in (*parsed.to, *parsed.cc) if "@" in box.address]
        return Envelope(
            mail_from=envelope.mail_from,
            recipients=distinct([one[:_LONGEST_ADDRESS] for one in recipients][:_MOST_RECIPIENTS]) or (UNKNOWN,),
            client_ip=envelope.client_ip,
            helo=envelope.helo,
            from_own_peer=True,
        )

    return read
