"""Held mail for the stack's tests: sent by SMTP, and each message known byte by byte."""

import smtplib
from dataclasses import dataclass
from pathlib import Path

from tests.gateway.mails import GTUBE, mail
from tests.stack.running import Stack, wait_for


@dataclass(frozen=True)
class Held:
    """A message as sent; its body is one area of `colour` (red, green, blue), so its picture shows which it is."""

    number: int
    subject: str
    recipients: tuple[str, ...]
    colour: tuple[int, int, int]
    raw: bytes


def held_message(word: str, number: int) -> Held:
    """Write message `number`; every third has two recipients, and no two share one."""
    people = (f"{word}{number}@acme.example", *([f"{word}{number}b@acme.example"] if number % 3 == 0 else []))
    colour = (40 + number * 3 % 200, 200 - number * 2 % 180, 60 + number * 7 % 190)
    subject = f"{word} parcel no{number}"
    page = (
        f'<body style="margin:0"><div style="height:300px;background:rgb{colour}">\r\n'
        f".a line with a dot before it\r\n..and with two\r\n caf\u00e9 </div><p>{GTUBE}</p></body>"
    )
    raw = mail(subject=subject, to=", ".join(people), body=page)
    html = raw.replace(b"text/plain; charset=utf-8", b"text/html; charset=iso-8859-1")
    fields, _, body = html.partition(b"\r\n\r\n")
    return Held(number, subject, people, colour, fields + b"\r\n\r\n" + body.decode().encode("latin-1"))


def send(stack: Stack, messages: list[Held]) -> None:
    """Hand the messages to the stack's intake, in their order."""
    with smtplib.SMTP("127.0.0.1", stack.smtp_port, timeout=30) as smtp:
        for message in messages:
            assert smtp.sendmail("ann@partner.example", message.recipients, message.raw, ["BODY=8BITMIME"]) == {}


def delivered(stack: Stack, recipient: str) -> list[bytes]:
    """Return what lies in the recipient's inbox, once something does."""
    box = Path(stack.manage("mailbox", recipient).stdout.strip())
    names = wait_for(lambda: sorted((box / "new").glob("*")), 60, f"mail for {recipient}")
    return [name.read_bytes() for name in names]


def mailbox_is_empty(stack: Stack, recipient: str) -> bool:
    """Return whether nothing was delivered to the recipient."""
    box = Path(stack.manage("mailbox", recipient).stdout.strip())
    return not any(path.is_file() for path in box.rglob("*"))
