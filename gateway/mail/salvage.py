"""Fallback for a message that can't be parsed: read its plain header lines without following any structure."""

import re
from typing import Final

from gateway.mail import limits
from gateway.mail.charsets import decode
from gateway.mail.dates import parse_date
from gateway.mail.message import Mailbox, ParsedMessage

_REACH: Final = 65_536
_FIELD: Final = re.compile(rb"^([!-9;-~]{1,80}):[ \t]*([^\r\n]{0,2000})", re.MULTILINE)
_BLANK_LINE: Final = re.compile(rb"\n\r?\n")
_ADDRESS: Final = re.compile(r"[^\s<>\"(),:;@]{1,64}@[^\s<>\"(),:;@]{1,255}")
_FIELDS: Final = 200


def salvage(raw: bytes, defect: str) -> ParsedMessage:
    """Return a message made of the first 200 header lines in the first 64 KB, undecoded, and the given defect.

    Never raises.
    """
    head = raw[:_REACH]
    blank = _BLANK_LINE.search(head)
    lines = _FIELD.findall(head, 0, blank.start() if blank else len(head))[:_FIELDS]
    headers = tuple((decode(name), decode(value)) for name, value in lines)
    found: dict[str, str] = {}
    for name, value in headers:
        found.setdefault(name.lower(), value.strip())
    senders = [address[0] for name, value in headers if name.lower() == "from" for address in _ADDRESS.finditer(value)][
        : limits.SENDERS
    ]
    reply_to = _ADDRESS.search(found.get("reply-to", ""))
    return ParsedMessage(
        headers=headers,
        subject=found.get("subject", "")[: limits.NAME_CHARACTERS],
        from_address=senders[0] if senders else "",
        senders=tuple(Mailbox("", address) for address in senders),
        reply_to=reply_to[0] if reply_to else "",
        message_id=found.get("message-id", "")[: limits.NAME_CHARACTERS],
        sent_at=parse_date(found.get("date", "")),
        sent_date=found.get("date", ""),
        delivered_to=tuple(_ADDRESS.findall(found.get("delivered-to", ""))),
        defects=(defect,),
        unread=(defect,),
        size=len(raw),
    )
