"""Decode Content-Transfer-Encoding."""

import binascii
import re
from typing import Final

from gateway.mail.headers import base64_bytes

_UU_BEGIN: Final = re.compile(rb"^begin [0-7]{3,4} ", re.MULTILINE)


def decode_transfer(data: bytes, encoding: str) -> bytes:
    """Return the decoded bytes, or the bytes unchanged if the encoding is unknown; never raises."""
    if encoding == "base64":
        return _base64(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return _uu(data)
    return data


def _base64(data: bytes) -> bytes:
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        return base64_bytes(data)


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
