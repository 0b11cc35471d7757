"""What recipients sent about a message: whether they answered or forwarded it, and to whom.

Two places tell: the Sent folder of a mailbox, and mail that passed this gateway on its way out. What is found there
counts if In-Reply-To, or the end of References, names the message. Which of both it is, no standard says; so:

- It is a forward to all its recipients if it carries the message as `message/rfc822`, or if its subject begins with
  the mark of a forward that the message's own subject does not begin with.
- Otherwise it is a forward to those who were not in the conversation: neither senders of the message nor its
  recipients. It is an answer if it went to a sender, or to nobody new.

A forward that names nothing, and one that was not kept as sent, is not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from gateway.delivery.failures import reason_of
from gateway.delivery.mailbox_choice import copy_of, mailboxes_of
from gateway.mail.addresses import parse_addresses
from gateway.mail.encoded_words import decode_raw, decode_words
from gateway.mail.headers import HeaderBlock, split_headers
from gateway.mail.received import is_public_ip
from gateway.mail.references import referred_ids
from gateway.mail.same_mailbox import mailbox_key
from gateway.mailboxes.protocol import SENT_AT_MOST, Mark
from gateway.models import Delivery, Message
from gateway.search.index_entry import bare_message_id
from gateway.search.page import search_page
from gateway.search.params import SearchParams

NAMED_AT_MOST: Final = 20
"""So many recipients of forwards are named for one copy."""
_LONGEST_ADDRESS: Final = 320
_FORWARD: Final = re.compile(
    r"\s{0,5}(?:fwd?|wg|tr|rv|enc|i|vb|pd|vl|doorst|転送)(?:\[\d{1,3}\])?\s{0,2}[:\uff1a]", re.IGNORECASE
)
_ATTACHED: Final = re.compile(rb"^content-type:[ \t]{0,8}message/rfc822", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FollowUps:
    """What was found about one copy: marks, and to whom it was forwarded, at most NAMED_AT_MOST.

    `reason` says why the Sent folder could not be looked through; what passed the gateway counts all the same.
    """

    marks: frozenset[Mark] = frozenset()
    forwarded_to: tuple[str, ...] = ()
    reason: str = ""

    def joined(self, other: FollowUps) -> FollowUps:
        """Return both together."""
        named = {mailbox_key(one): one for one in (*other.forwarded_to, *self.forwarded_to)}
        return replace(self, marks=self.marks | other.marks, forwarded_to=tuple(sorted(named.values()))[:NAMED_AT_MOST])


def follow_ups_of(copy: Delivery, message: Message) -> FollowUps:
    """Return what a recipient sent about their copy. Trouble of the mailbox is a reason and never raised."""
    found = FollowUps()
    for row in _passed(copy, message):
        found = found.joined(_meant(row.subject, row.client_recipients, copy, message, carries=False))
    try:
        heads = mailboxes_of(copy.recipient).sent_about(copy_of(copy, message))
    except OSError as error:
        return replace(found, reason=reason_of(error))
    for head in heads:
        found = found.joined(told_by(head, copy, message))
    return found


def told_by(head: bytes, copy: Delivery, message: Message) -> FollowUps:
    """Return what the beginning of a sent message tells of a copy: nothing, unless its header names the message."""
    header = split_headers(head, 0, len(head), is_message=True)
    named = referred_ids(_text(header, "in-reply-to"), _text(header, "references"))
    wanted = bare_message_id(message.message_id)
    if not wanted or wanted not in map(bare_message_id, named):
        return FollowUps()
    to = [one.address for name in ("to", "cc", "bcc") for value in header.all(name) for one in parse_addresses(value)]
    attached = _ATTACHED.search(head, header.body_start)
    carries = attached is not None and wanted.encode("utf-8", "replace") in head[attached.end() :]
    return _meant(decode_words(_text(header, "subject")), to, copy, message, carries=carries)


def _meant(subject: str, recipients: Iterable[str], copy: Delivery, message: Message, *, carries: bool) -> FollowUps:
    to = {mailbox_key(one): one for one in recipients if "@" in one and len(one) <= _LONGEST_ADDRESS}
    to.pop(mailbox_key(copy.recipient), None)
    if not to:
        return FollowUps()
    if carries or (_FORWARD.match(subject) and not _FORWARD.match(message.subject)):
        return FollowUps(frozenset({Mark.FORWARDED}), tuple(to.values()))
    senders = _keys((message.from_address, message.reply_to, message.envelope_from))
    there = senders | _keys((*message.client_recipients, *message.to, *message.cc))
    new = tuple(one for key, one in to.items() if key not in there)
    answered = not new or not senders.isdisjoint(to)
    marks = ({Mark.FORWARDED} if new else set()) | ({Mark.ANSWERED} if answered else set())
    return FollowUps(frozenset(marks), new)


def _keys(addresses: Sequence[str]) -> set[str]:
    return {mailbox_key(one) for one in addresses if one}


def _passed(copy: Delivery, message: Message) -> list[Message]:
    """Return mail of this recipient's about the message that passed the gateway: proven, or from inside."""
    if not message.message_id:
        return []
    params = SearchParams(
        account_id=message.account_id,
        start=message.scanned_at,
        detections_only=False,
        sender=(copy.recipient,),
        refers_to=(message.message_id,),
    )
    mine = mailbox_key(copy.recipient)
    return [
        row
        for row in search_page(params, limit=SENT_AT_MOST).messages
        if mailbox_key(row.from_address) == mine
        and (row.validation.get("dmarc") == "pass" or not is_public_ip(row.smtp_helo_server_ip))
    ]


def _text(header: HeaderBlock, name: str) -> str:
    return decode_raw(header.first(name) or b"")
