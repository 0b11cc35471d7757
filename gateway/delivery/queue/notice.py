"""The text of a bounce: a delivery status notification (RFC 3464) in English."""

import hashlib
import re
from email.utils import format_datetime
from typing import Final

from gateway.delivery.next_hop.results import plain
from gateway.delivery.queue.reporting import asked_of
from gateway.mail.notification_request import DsnRequest, decoded
from gateway.models import Bounce

LONGEST_HEADER: Final = 32 * 1024
LARGEST_RETURNED: Final = 1024 * 1024
"""Of a larger message the header alone comes back, also to who asked for the whole (RET=FULL)."""
_NAME: Final = re.compile(r"[^A-Za-z0-9.:-]+")
_KINDS: Final = {
    Bounce.Kind.FAILED: (
        "Undelivered mail returned to sender",
        "Your message could not be delivered to:",
        "It is not tried again.",
    ),
    Bounce.Kind.DELAYED: (
        "Your mail is late",
        "Your message could not be delivered yet to:",
        "It is tried further on. You need not send it again.",
    ),
    Bounce.Kind.DELIVERED: (
        "Your mail was delivered",
        "Your message lies in the mailbox of:",
        "You asked to be told.",
    ),
    Bounce.Kind.RELAYED: (
        "Your mail was handed on",
        "Your message was handed on to a server that tells nothing further, for:",
        "You asked to be told.",
    ),
}
_TEXT: Final = """This is the mail gateway {name}.

{what}

{lines}

{then} {follows} below.
"""


def notice_bytes(bounce: Bounce, raw: bytes, *, name: str) -> bytes:
    """Return the notice, the same bytes for the same row. `raw` is the message that it is about.

    The whole message comes back of a failure, to who asked for it by RET=FULL; else its header.
    """
    name = _NAME.sub("", name) or "localhost"
    asked = asked_of(bounce.message)
    is_whole = asked.ret == "FULL" and bounce.kind == Bounce.Kind.FAILED and len(raw) <= LARGEST_RETURNED
    # The message can't have a line with its own hash in it, so none of its lines ends a part of the notice.
    boundary = f"=_gatehouse_{bounce.pk}_{hashlib.sha256(raw).hexdigest()[:24]}"
    subject, what, then = _KINDS[Bounce.Kind(bounce.kind)]
    text = _TEXT.format(
        name=name,
        what=what,
        lines="\n\n".join(f"<{_address(entry[0])}>\n    {plain(entry[2])}" for entry in bounce.failed),
        then=then,
        follows="It follows" if is_whole else "Its header follows",
    )
    parts = (
        ("text/plain; charset=utf-8", text),
        ("message/delivery-status", _status(bounce, asked, name)),
        ("message/rfc822" if is_whole else "text/rfc822-headers", ""),
    )
    lines = [
        f"From: Mail Delivery System <MAILER-DAEMON@{name}>",
        f"To: <{_address(bounce.recipient)}>",
        f"Subject: {subject}",
        f"Date: {format_datetime(bounce.created_at)}",
        f"Message-ID: <bounce-{bounce.pk}.{bounce.message.postfix_id}@{name}>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"',
        "Content-Transfer-Encoding: 8bit",
        "",
    ]
    for kind, content in parts:
        lines += [f"--{boundary}", f"Content-Type: {kind}", "Content-Transfer-Encoding: 8bit", "", content]
    made = "\n".join(lines).replace("\n", "\r\n").encode()
    return made + (raw if is_whole else _header_of(raw)) + f"\r\n--{boundary}--\r\n".encode()


def _status(bounce: Bounce, asked: DsnRequest, name: str) -> str:
    about = f"Reporting-MTA: dns; {name}\n"
    if asked.envid:
        about = f"Original-Envelope-Id: {plain(decoded(asked.envid))}\n{about}"
    blocks = [f"{about}Arrival-Date: {format_datetime(bounce.message.scanned_at)}\n"]
    return "\n".join(blocks + [_recipient(bounce, entry, asked) for entry in bounce.failed])


def _recipient(bounce: Bounce, entry: list[str], asked: DsnRequest) -> str:
    who, status, words, *until = entry
    fields = []
    if orcpt := asked.of(who).orcpt:
        kind, _, address = orcpt.partition(";")
        fields.append(f"Original-Recipient: {kind};{plain(decoded(address))}")
    fields += [f"Final-Recipient: rfc822; {_address(who)}", f"Action: {bounce.kind}", f"Status: {plain(status)}"]
    if bounce.kind != Bounce.Kind.DELIVERED:
        fields.append(f"Diagnostic-Code: smtp; {plain(words)}")
    fields += [f"Will-Retry-Until: {plain(moment)}" for moment in until]
    return "\n".join(fields) + "\n"


def _address(text: str) -> str:
    """Return a stranger's address without any sign that ends a line or an address."""
    return plain(text).replace("<", "").replace(">", "")[:320]


def _header_of(raw: bytes) -> bytes:
    """Return the header of the message: whole lines up to the first empty one, with CRLF."""
    lines = []
    for line in raw[:LONGEST_HEADER].splitlines():
        if not line.strip():
            break
        # No line of the stranger's may look like the boundary.
        lines.append(b" " + line if line.startswith(b"--") else line)
    return b"".join(line + b"\r\n" for line in lines)
