"""Decode Content-Transfer-Encoding (RFC 2045 6) as mail programs do."""

import binascii
import re
from typing import Final

from gateway.mail.encoded_words import base64_bytes

IDENTITY: Final = frozenset({"", "7bit", "8bit", "binary"})
_UU_BEGIN: Final = re.compile(rb"^begin [0-7]{3,4} ", re.MULTILINE)
# RFC 2045 6.7 (3): blanks at the end of a line are deleted first, so `=` before them is a soft line break.
_SOFT_BREAK: Final = re.compile(rb"=[ \t]*+(?:\r{0,2}\n|\r|\Z)")
_LINE_END_BLANKS: Final = re.compile(rb"(?<![ \t])[ \t]++(?=\r{0,2}\n)")
_NOT_IN_A_NAME: Final = re.compile(r"[^a-z0-9]")
_NAMES: Final = {
    "base64": "base64",
    "b64": "base64",
    "base64encoded": "base64",
    "xbase64": "base64",
    "quotedprintable": "quoted-printable",
    "quotedprintabel": "quoted-printable",
    "quotedprintible": "quoted-printable",
    "qp": "quoted-printable",
    "quoted": "quoted-printable",
    "xuuencode": "uuencode",
    "uuencode": "uuencode",
    "xuue": "uuencode",
    "uue": "uuencode",
    "uuencoded": "uuencode",
    "7bit": "7bit",
    "8bit": "8bit",
    "8bits": "8bit",
    "binary": "binary",
}


def encoding_name(text: str) -> str:
    """Return the name of the encoding that a field's value without comments means.

    Case, quotes, hyphens, and what follows a semicolon or comma mean nothing. An unknown name is returned as it is.
    """
    words = re.split(r"[;,]", text, maxsplit=1)[0].strip().lower()
    squashed = _NOT_IN_A_NAME.sub("", words)
    first = _NOT_IN_A_NAME.sub("", words.split(maxsplit=1)[0]) if words else ""
    return _NAMES.get(squashed) or _NAMES.get(first) or words


def decode_transfer(data: bytes, encoding: str) -> bytes:
    """Return the decoded bytes, or the bytes unchanged if the encoding is unknown; never raises."""
    if encoding == "base64":
        return base64_bytes(data)
    if encoding == "quoted-printable":
        if _has_padded_lines(data):
            data = _SOFT_BREAK.sub(b"", _LINE_END_BLANKS.sub(b"", data))
        return binascii.a2b_qp(data)
    if encoding == "uuencode":
        return _uu(data)
    return data


def _has_padded_lines(data: bytes) -> bool:
    """Return whether there are blanks at the end of a line, or line breaks that the standard library does not take."""
    blanks = any(end in data for end in (b" \n", b"\t\n", b" \r", b"\t\r", b"= ", b"=\t"))
    return blanks or data.endswith(b"=") or data.count(b"\r") != data.count(b"\r\n")


def _uu(data: bytes) -> bytes:
    begin = _UU_BEGIN.search(data)
    if begin is None:
        return data
    lines = data[begin.end() :].split(b"\n")[1:]
    decoded = []
    for line in lines:
        stripped = line.rstrip(b"\r")
        if not stripped or stripped == b"end":
            break
        decoded.append(_uu_line(stripped))
    return b"".join(decoded)


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Some encoders append wrong characters: the line's length byte says how much of it counts.
        wanted = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(line[:wanted])
        except binascii.Error:
            return b""
