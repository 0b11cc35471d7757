"""The text of a bounce: a delivery status notification (RFC 3464) in English."""

import re
from datetime import datetime
from email.utils import format_datetime
from typing import Final

from gateway.delivery.next_hop.results import plain
from gateway.models import Bounce

LONGEST_HEADER: Final = 32 * 1024
_NAME: Final = re.compile(r"[^A-Za-z0-9.:-]+")
_TEXT: Final = """This is the mail gateway {name}.

Your message could not be delivered to:

{lines}

It is not tried again. Its header follows below.
"""


def notice_bytes(bounce: Bounce, raw: bytes, *, name: str) -> bytes:
    """Return the notice, the same bytes for the same row. `raw` is the message that was not delivered."""
    name = _NAME.sub("", name) or "localhost"
    boundary = f"=_gatehouse_{bounce.pk}_{bounce.message.postfix_id}"
    failed = [(_address(who), plain(status), plain(words)) for who, status, words in bounce.failed]
    text = _TEXT.format(name=name, lines="\n\n".join(f"<{who}>\n    {words}" for who, _, words in failed))
    parts = (
        ("text/plain; charset=utf-8", text),
        ("message/delivery-status", _status(failed, bounce.created_at, name)),
        ("text/rfc822-headers", ""),
    )
    header = [
        f"From: Mail Delivery System <MAILER-DAEMON@{name}>",
        f"To: <{_address(bounce.recipient)}>",
        "Subject: Undelivered mail returned to sender",
        f"Date: {format_datetime(bounce.created_at)}",
        f"Message-ID: <bounce-{bounce.pk}.{bounce.message.postfix_id}@{name}>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"',
        "Content-Transfer-Encoding: 8bit",
        "",
    ]
    lines = list(header)
    for kind, content in parts:
        lines += [f"--{boundary}", f"Content-Type: {kind}", "Content-Transfer-Encoding: 8bit", "", content]
    made = "\n".join(lines).replace("\n", "\r\n").encode()
    return made + _header_of(raw) + f"\r\n--{boundary}--\r\n".encode()


def _status(failed: list[tuple[str, str, str]], at: datetime, name: str) -> str:
    blocks = [f"Reporting-MTA: dns; {name}\nArrival-Date: {format_datetime(at)}\n"]
    blocks += [
        f"Final-Recipient: rfc822; {who}\nAction: failed\nStatus: {status}\nDiagnostic-Code: smtp; {words}\n"
        for who, status, words in failed
    ]
    return "\n".join(blocks)


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
