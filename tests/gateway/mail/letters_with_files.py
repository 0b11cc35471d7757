"""Messages with files, written in code, and what the parser says of them."""

import base64

from gateway.mail.message import Attachment, ParsedMessage
from gateway.mail.parser import parse

PROGRAM = b"MZ\x90\x00 this is no program"
LETTER = (
    b"From: ann@partner.example\r\nTo: bo@acme.example\r\nSubject: inner\r\nDate: Tue, 3 Mar 2026 10:00:00 +0000\r\n"
)


def part(data: bytes, name: str = "", kind: str = "application/octet-stream", *, head: str = "") -> bytes:
    """Return a MIME part with its content in base64."""
    named = f'Content-Disposition: attachment; filename="{name}"\r\n' if name else ""
    fields = f"Content-Type: {kind}\r\n{named}{head}Content-Transfer-Encoding: base64\r\n\r\n"
    return fields.encode() + base64.encodebytes(data)


def mixed(*parts: bytes, edge: str = "edge", head: bytes = LETTER) -> bytes:
    """Return a message with these parts."""
    body = b"".join(f"--{edge}\r\n".encode() + one + b"\r\n" for one in parts)
    return (
        head + f'Content-Type: multipart/mixed; boundary="{edge}"\r\n\r\n'.encode() + body + f"--{edge}--\r\n".encode()
    )


def with_file(data: bytes, name: str, kind: str = "application/octet-stream") -> ParsedMessage:
    """Return what is read of a message with a short text and one file."""
    return parse(mixed(b"Content-Type: text/plain\r\n\r\nSee the file.", part(data, name, kind)))


def only(message: ParsedMessage, name: str) -> Attachment:
    """Return the one attachment with this name."""
    (found,) = (entry for entry in message.attachments if entry.name == name)
    return found


def places(message: ParsedMessage) -> set[tuple[str, str]]:
    """Return the addresses of the links and where they were found."""
    return {(link.href, link.place) for link in message.links}
