"""Messages for the gateway's tests, written in code."""

from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import count

from gateway.detect import Envelope
from gateway.models import Message
from gateway.pipeline import accept

_numbers = count(1)
# The anti-spam test line (https://spamassassin.apache.org/gtube/), in two halves so that this file is no spam.
GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*" + "GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"


def mail(
    *,
    subject: str = "Lunch on Friday",
    sender: str = "Ann Reed <ann@partner.example>",
    to: str = "Bo Lund <bo@acme.example>",
    cc: str = "",
    body: str = "See you at noon.",
    extra: str = "",
    message_id: str | None = None,
) -> bytes:
    """Return a small message as bytes with CRLF line ends; no two have the same Message-ID."""
    number = next(_numbers)
    lines = [
        f"From: {sender}",
        f"To: {to}",
        *([f"Cc: {cc}"] if cc else []),
        f"Subject: {subject}",
        f"Message-ID: {message_id or f'<test-{number}@partner.example>'}",
        f"Date: {format_datetime(datetime(2026, 3, 1, 9, 30, tzinfo=UTC))}",
        *([extra] if extra else []),
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        body,
        "",
    ]
    return "\r\n".join(lines).encode()


def stored(
    raw: bytes | None = None,
    *,
    recipients: tuple[str, ...] = ("bo@acme.example",),
    mail_from: str = "ann@partner.example",
    scanned_at: datetime | None = None,
    client_ip: str = "192.0.2.7",
    from_own_peer: bool = False,
    **parts: str,
) -> Message:
    """Take a message in, as SMTP would, and return its row."""
    envelope = Envelope(mail_from, recipients, client_ip, "mx.partner.example", from_own_peer)
    return accept(raw if raw is not None else mail(**parts), envelope, scanned_at=scanned_at).message


def held(**parts: str) -> Message:
    """Take in a message that is held: it carries the anti-spam test line."""
    recipients = tuple(parts.pop("recipients", "bo@acme.example").split(","))
    return stored(mail(body=GTUBE, **parts), recipients=recipients)
