"""Decode header text: encoded words (RFC 2047) as mailers write them, and raw 8-bit text (RFC 6532, or a charset)."""

import binascii
import re
import string
from typing import Final

from gateway.mail.charsets import decode, is_stateful
from gateway.mail.storable import storable

_START: Final = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?")
_NOT_BASE64: Final = bytes(set(range(256)) - set(b"+/=") - set(string.ascii_letters.encode() + string.digits.encode()))
_PADDING: Final = re.compile(rb"=+")


def decode_value(value: bytes, charset: str = "") -> str:
    """Decode a field's value, which may hold raw 8-bit text and encoded words; never raises.

    Raw text that is no UTF-8 is in `charset`: the body's, since a header names none.
    """
    if value.isascii() and b"=?" not in value and b"\x1b" not in value and b"\x00" not in value:
        return value.decode("ascii")
    return decode_words(decode_raw(value, charset))


def decode_raw(value: bytes, charset: str = "") -> str:
    """Decode raw header text: UTF-8, else the charset."""
    if value.isascii() and b"\x1b" not in value:
        return storable(value.decode("ascii"))
    try:
        text = storable(value.decode("utf-8"))
    except UnicodeDecodeError:
        return decode(value, charset)
    return decode(value, charset) if b"\x1b" in value and is_stateful(charset) else text


def decode_words(text: str) -> str:
    """Decode the encoded words in a text, also if a character is split between two of them.

    A word's text may hold blanks and question marks, which RFC 2047 3 forbids and mailers write.
    """
    if "=?" not in text:
        return text
    pieces: list[str] = []
    pending, pending_charset = b"", ""
    position = end = 0
    for match in _START.finditer(text):
        if match.start() < position:
            continue
        if end < match.end():
            end = text.find("?=", match.end())
        if end < 0:
            break
        if text.find("=?", match.end(), end) >= 0:
            continue
        gap = text[position : match.start()]
        charset = match[1].split("*", 1)[0].lower()
        joins = position > 0 and not gap.strip(" \t\r\n")
        if not (joins and charset == pending_charset):
            pieces.append(decode(pending, pending_charset))
            pending = b""
        if not joins:
            pieces.append(gap)
        data = _word_bytes(match[2], text[match.end() : end])
        # RFC 2047 3: each word begins in ASCII.
        pending += b"\x1b(B" + data if pending and is_stateful(charset) and not data.startswith(b"\x1b") else data
        pending_charset = charset
        position = end + 2
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

    Ignore characters outside of the alphabet (RFC 2045 6.8), go on behind padding in the middle, and drop an incomplete
    end.
    """
    clean = data.translate(None, _NOT_BASE64)
    first = clean.find(b"=")
    if first < 0 or not clean[first:].strip(b"="):
        return _run(clean.rstrip(b"="))
    return b"".join(map(_run, _PADDING.split(clean)))


def _run(clean: bytes) -> bytes:
    whole = clean[:-1] if len(clean) % 4 == 1 else clean
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))
