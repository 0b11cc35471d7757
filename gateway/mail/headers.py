"""Split a header block into fields, and decode their values.

The standard library's parsers are not used, because they limit neither the length nor the nesting of a field.
"""

import binascii
import re
from dataclasses import dataclass
from typing import Final

from gateway.mail import limits
from gateway.mail.charsets import decode
from gateway.mail.storable import storable

# Some gateways write CR CR LF, which is one line break.
_FIELD_END: Final = re.compile(rb"\r{0,2}\n(?![ \t])")
_BLANK_LINE: Final = re.compile(rb"\n\r{0,2}\n|\r\r(?!\n)")
_BARE_CR: Final = re.compile(rb"\r(?!\r?\n)")
_LINE_BREAK: Final = re.compile(rb"\r{0,2}\n")
_NAME: Final = re.compile(rb"[!-9;-~]+")
_ENCODED_WORD: Final = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS: Final = re.compile(r"[ \t\r\n]*")
_NOT_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/]")


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """The header fields of one entity: names, unfolded values as bytes, and the offset of its body in the buffer."""

    fields: tuple[tuple[str, bytes], ...]
    body_start: int
    defects: tuple[str, ...] = ()

    def first(self, name: str) -> bytes | None:
        """Return the first value of the field with this lower-case name, or None."""
        return next((value for key, value in self.fields if key.lower() == name), None)

    def all(self, name: str) -> list[bytes]:
        """Return every value of the field with this lower-case name, in the order of the block."""
        return [value for key, value in self.fields if key.lower() == name]


def split_headers(buffer: bytes, start: int, end: int) -> HeaderBlock:
    """Parse the header block of the entity in buffer[start:end].

    As in the standard library, a line that is not a field ends the block and belongs to the body.
    """
    if buffer[start : start + 1] == b"\n" or buffer[start : start + 2] == b"\r\n":
        return HeaderBlock((), start + (1 if buffer[start : start + 1] == b"\n" else 2))
    blank = _BLANK_LINE.search(buffer, start, end)
    block_end, body_start = (blank.start(), blank.end()) if blank else (end, end)
    defects = []
    block = buffer[start : min(block_end, start + limits.HEADER_BLOCK_BYTES)].rstrip(b"\r")
    if start + limits.HEADER_BLOCK_BYTES < block_end:
        defects.append("The header block is longer than 1 MB: its end was not read.")
    if _BARE_CR.search(block):
        block = _BARE_CR.sub(b"\n", block)
        defects.append("Header lines end with a bare carriage return.")
    fields, consumed, found = _fields(block)
    defects += found
    if consumed < len(block):
        body_start = start + consumed
        defects.append("A line in the header is no field: the body was taken to begin there.")
    return HeaderBlock(tuple(fields), body_start, tuple(defects))


def _fields(block: bytes) -> tuple[list[tuple[str, bytes]], int, list[str]]:
    """Return the fields, the number of bytes of the block that were consumed, and the defects."""
    fields: list[tuple[str, bytes]] = []
    cut: list[str] = []
    position = 0
    while position < len(block):
        match = _FIELD_END.search(block, position)
        line_end, following = (match.start(), match.end()) if match else (len(block), len(block))
        line = block[position:line_end]
        raw_name, colon, value = line.partition(b":")
        name = raw_name.rstrip(b" \t")
        if colon and _NAME.fullmatch(name):
            if len(fields) >= limits.HEADERS:
                return fields, len(block), [*cut, f"Only the first {limits.HEADERS} header fields were read."]
            if len(value) > limits.HEADER_BYTES:
                value = value[: limits.HEADER_BYTES]
                cut.append(f"The header field {name.decode('ascii')[:60]} was cut at 16 KB.")
            unfolded = (_LINE_BREAK.sub(b"", value) if b"\n" in value else value).strip(b" \t\r")
            fields.append((name.decode("ascii")[: limits.NAME_CHARACTERS], unfolded))
        elif not _is_envelope(line, first=not fields):
            return fields, position, cut
        position = following
    return fields, position, cut


def _is_envelope(line: bytes, *, first: bool) -> bool:
    return first and line.startswith((b"From ", b">From "))


def decode_value(value: bytes) -> str:
    """Decode a field's value, which may hold raw 8-bit text and RFC 2047 encoded words; never raises."""
    return decode_words(decode(value))


def decode_words(text: str) -> str:
    """Decode the RFC 2047 encoded words in a text, also if a character is split between two of them."""
    if "=?" not in text:
        return text
    pieces: list[str] = []
    pending = b""
    pending_charset = ""
    position = 0
    for match in _ENCODED_WORD.finditer(text):
        gap = text[position : match.start()]
        charset = match[1].split("*", 1)[0].lower()
        joins = position > 0 and not gap.strip(" \t\r\n")
        if not (joins and charset == pending_charset):
            pieces.append(decode(pending, pending_charset))
            pending = b""
        if not joins:
            pieces.append(gap)
        pending += _word_bytes(match[2], match[3])
        pending_charset = charset
        position = match.end()
    pieces.append(decode(pending, pending_charset))
    pieces.append(text[position:])
    return storable("".join(pieces))


def _word_bytes(encoding: str, payload: str) -> bytes:
    data = payload.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data.replace(b" ", b"_"), header=True)
    return base64_bytes(data)


def base64_bytes(data: bytes) -> bytes:
    """Decode base64.

    Ignore other characters in between, and drop an incomplete end.
    """
    clean = _NOT_BASE64.sub(b"", data)
    clean = clean[: len(clean) - 1] if len(clean) % 4 == 1 else clean
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))
