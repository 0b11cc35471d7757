"""A message as signatures see it: its header fields and body as bytes, and their canonical forms (RFC 6376 3.4)."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final

RELAXED: Final = b"relaxed"
SIMPLE: Final = b"simple"
_BLANKS: Final = re.compile(rb"[ \t]+")
_BLANKS_BEFORE_END: Final = re.compile(rb" (?=\r\n)")
# A line that neither goes on with a field nor begins one: some mail programs take it for the end of the header.
_NO_FIELD: Final = re.compile(rb"^(?![ \t])(?![!-9;-~]{1,1000}+[ \t]*+:)", re.MULTILINE)
_MOST_LINES: Final = 20_000
_LONGEST_HEAD: Final = 512 * 1024

Field = tuple[bytes, bytes]
"""Name and value as they stand in the message, the value with its folding and without the last line break."""


class SignedMessage:
    """The header fields and the body of a message. Line breaks are CRLF, whatever they are in the file.

    `fault` says why nothing that is signed here can be trusted: the header is longer than what is read, or has line
    breaks that mail programs read differently. It is empty for all but crafted mail.
    """

    def __init__(self, raw: bytes) -> None:
        data = raw.replace(b"\r\n", b"\n")
        if data.startswith((b"From ", b">From ")):
            # What mbox files put before the message is none of its lines.
            data = data.partition(b"\n")[2]
        head, separator, body = (b"", b"\n", data[1:]) if data.startswith(b"\n") else data.partition(b"\n\n")
        self.fault = _fault(head)
        self.fields: list[Field] = [] if self.fault else _fields(head)
        self._body = body.replace(b"\n", b"\r\n") if separator else b""
        self._hashes: dict[tuple[bytes, int | None], bytes] = {}

    def named(self, name: bytes) -> list[Field]:
        """Return the fields of a lower-case name, the first one first."""
        return [field for field in self.fields if field[0].lower().rstrip() == name]

    @cached_property
    def _simple_body(self) -> bytes:
        return _without_last_lines(self._body) or b"\r\n"

    @cached_property
    def _relaxed_body(self) -> bytes:
        text = _BLANKS.sub(b" ", self._body)
        text = _BLANKS_BEFORE_END.sub(b"", text)
        text = text.removesuffix(b" ")
        return _without_last_lines(text)

    def body(self, how: bytes) -> bytes:
        """Return the body in its canonical form."""
        return self._relaxed_body if how == RELAXED else self._simple_body

    def body_hash(self, how: bytes, length: int | None) -> bytes:
        """Return the SHA-256 of the canonical body, or of its first `length` bytes. The same one is computed once."""
        key = (how, length)
        if key not in self._hashes:
            self._hashes[key] = hashlib.sha256(memoryview(self.body(how))[:length]).digest()
        return self._hashes[key]

    def signed_text(self, names: Iterable[bytes], how: bytes, signature: Field) -> bytes:
        """Return what a signature signs: the named fields from the last to the first, and its own without `b`."""
        waiting: dict[bytes, list[Field]] = {}
        for field in self.fields:
            waiting.setdefault(field[0].lower().rstrip(), []).append(field)
        chosen = [waiting[name].pop() for name in names if waiting.get(name)]
        own = canonical_field((signature[0], without_b(signature[1])), how)
        return b"".join([*(canonical_field(field, how) + b"\r\n" for field in chosen), own])


def canonical_field(field: Field, how: bytes) -> bytes:
    """Return a header field in its canonical form, without the line break at its end."""
    name, value = field
    if how == SIMPLE:
        return name + b":" + value
    unfolded = _BLANKS.sub(b" ", value.replace(b"\r\n", b""))
    return name.lower().rstrip() + b":" + unfolded.strip(b" ")


def without_b(value: bytes) -> bytes:
    """Return the value of a signature's field with an empty `b` tag."""
    parts = value.split(b";")
    for index, part in enumerate(parts):
        name, equals, _text = part.partition(b"=")
        if equals and name.strip() == b"b":
            parts[index] = name + equals
    return b";".join(parts)


def _fault(head: bytes) -> str:
    if len(head) > _LONGEST_HEAD or head.count(b"\n") > _MOST_LINES:
        return "the header is too long to be checked"
    if b"\r" in head:
        return "the header has bare carriage returns"
    if _NO_FIELD.search(head):
        return "the header has a line that is no field"
    return ""


def _fields(head: bytes) -> list[Field]:
    fields: list[tuple[bytes, list[bytes]]] = []
    for line in head.split(b"\n"):
        if line[:1] in {b" ", b"\t"} and fields:
            fields[-1][1].append(line)
            continue
        name, colon, value = line.partition(b":")
        if colon:
            fields.append((name, [value]))
    return [(name, b"\r\n".join(lines)) for name, lines in fields]


def _without_last_lines(body: bytes) -> bytes:
    """Return the body with one line break at its end instead of the empty lines there; nothing if it is empty."""
    end = len(body)
    while body[max(0, end - 2) : end] == b"\r\n":
        end -= 2
    return body[:end] + b"\r\n" if end else b""


def names_in(text: bytes) -> Sequence[bytes]:
    """Return the field names of an `h` tag, in lower case."""
    return [name.strip().lower() for name in text.split(b":")]
