"""Turn the source of a sample into the bytes of a message."""

import base64
import hashlib
import re
from datetime import datetime, timedelta
from email.header import Header
from typing import Final

from gateway.detect.detectors.gtube import GTUBE
from gateway.samples.dates import fill_dates
from gateway.samples.route import route
from gateway.samples.sample import Journey

_IDENTITY: Final = re.compile(r"\{\{id(?::([a-z0-9_]+))?\}\}")
_SUBSTITUTE: Final = re.compile(r"\{\{(u[0-9a-f]{4}|nul|gtube)\}\}")
_NAMED: Final = re.compile(r'^(?P<name>"?[^<"]*?"?)(?P<gap>\s*)(?P<rest><[^<>]*>)$')
_AUTHOR: Final = re.compile(r"^From:.*?@([A-Za-z0-9.-]+)", re.MULTILINE)
_CHARSET: Final = re.compile(r"^Content-Type: text/\w+; charset=([\w-]+)", re.MULTILINE)
_ENCODING: Final = re.compile(r"^Content-Transfer-Encoding: base64", re.MULTILINE)
_RAW: Final = re.compile("[\udc80-\udcff]")
_ADDRESSES: Final = frozenset({"from", "to", "cc", "reply-to", "sender"})
_SENT_BEFORE: Final = timedelta(seconds=7)


def write(journey: Journey, source: str, now: datetime, received_at: datetime) -> bytes:
    """Return the message for a sample's source, with CRLF line ends.

    Replace the placeholders, encode the header, and put the trace fields on top. The body is encoded in the charset
    that the header's Content-Type names, else in UTF-8.
    """
    text = fill_dates(source, received_at - _SENT_BEFORE)
    text = _IDENTITY.sub(lambda match: message_id(match[1] or journey.name, now), text)
    text = _SUBSTITUTE.sub(lambda match: _character(match[1]), text)
    header, _blank, body = text.partition("\n\n")
    author = _AUTHOR.search(header)
    top = route(journey, author[1].lower() if author else journey.host, received_at)
    lines = "".join(_field(line) + "\r\n" for line in re.split(r"\n(?![ \t])", header))
    return top.encode("ascii") + lines.encode("utf-8", "surrogateescape") + b"\r\n" + _body(header, body)


def message_id(name: str, now: datetime) -> str:
    """Return the Message-ID of a sample with angle brackets.

    It is unique for each name and day of `now`.
    """
    digest = hashlib.sha256(f"{name} {now:%Y-%m-%d}".encode()).hexdigest()
    return f"<{digest[:8]}.{digest[8:20]}@mail.{name.replace('_', '-')}.example>"


def _character(code: str) -> str:
    return {"nul": "\x00", "gtube": GTUBE}.get(code) or chr(int(code[1:], 16))


def _field(line: str) -> str:
    """Encode the non-ASCII text of a field by RFC 2047: the names of mailboxes, or the whole value of another field."""
    if line.isascii() or _RAW.search(line):
        # Raw 8-bit bytes stay as they are, because some samples are malformed on purpose.
        return line.replace("\n", "\r\n")
    name, _colon, value = line.partition(": ")
    if name.lower() not in _ADDRESSES:
        return f"{name}: {_encoded(value)}"
    return f"{name}: {', '.join(_mailbox(entry.strip()) for entry in value.split(','))}"


def _mailbox(entry: str) -> str:
    match = _NAMED.match(entry)
    if match is None or entry.isascii():
        return entry
    name = match["name"].strip('"')
    return f"{_encoded(name)} {match['rest']}"


def _encoded(value: str) -> str:
    return Header(value.replace("\n", ""), "utf-8", maxlinelen=70).encode(linesep="\r\n")


def _body(header: str, body: str) -> bytes:
    charset = _CHARSET.search(header)
    data = body.replace("\n", "\r\n").encode(charset[1] if charset else "utf-8", "surrogateescape")
    if charset and _ENCODING.search(header):
        return base64.encodebytes(data).replace(b"\n", b"\r\n")
    return data
