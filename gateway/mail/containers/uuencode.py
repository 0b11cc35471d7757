"""Files that are coded into the text of a message: uuencode (POSIX 1003.1) and yEnc (yenc.org, version 1.3)."""

import binascii
import re
from collections.abc import Iterator
from typing import Final

from gateway.mail.charsets import decode
from gateway.mail.containers.opened import Member

_BEGIN: Final = re.compile(
    rb"^(begin(-base64)? [0-7]{3,4} {1,4}([^\r\n]{1,1000})|=ybegin [^\r\n]{1,1000})\r?$", re.MULTILINE
)
_YENC_NAME: Final = re.compile(rb"\bname=([^\r\n]{1,1000})")
_YENC_BACK: Final = bytes((number - 42) % 256 for number in range(256))
_ESCAPED: Final = re.compile(rb"=(.)", re.DOTALL)
MOST_CODED: Final = 500


def coded_files(text: bytes) -> list[Member]:
    """Return the files that are coded into a text, in its order, at most 500."""
    if b"begin" not in text:
        return []
    found: list[Member] = []
    position = 0
    while len(found) < MOST_CODED and (match := _BEGIN.search(text, position)) is not None:
        if match[1].startswith(b"=y"):
            name, content, position = _yenc(text, match)
        else:
            name = match[3]
            content, position = _coded(text, match.end(), base64=match[2] is not None)
        if content:
            found.append(Member(decode(name.strip()), content, "application/octet-stream"))
    return found


def _lines(text: bytes, position: int) -> Iterator[tuple[bytes, int]]:
    """Yield each line behind the current one without its end, and where the next begins."""
    position = text.find(b"\n", position) + 1
    while 0 < position < len(text):
        end = text.find(b"\n", position)
        end = len(text) if end < 0 else end
        yield text[position:end].rstrip(b"\r"), end + 1
        position = end + 1


def _coded(text: bytes, position: int, *, base64: bool) -> tuple[bytes, int]:
    """Return the content of a coded file and where it ends: at its end line, or at a line that is no part of it."""
    pieces: list[bytes] = []
    for line, following in _lines(text, position):
        is_end = line.strip() in {b"end", b"===="}
        piece = None if is_end else _base64_line(line) if base64 else _line(line)
        if piece is None:
            return b"".join(pieces), following if is_end else position
        pieces.append(piece)
        position = following - 1
    return b"".join(pieces), min(position, len(text))


def _base64_line(line: bytes) -> bytes | None:
    try:
        return binascii.a2b_base64(line)
    except binascii.Error:
        return None


def _line(line: bytes) -> bytes | None:
    if not line.strip():
        return b""
    if not 32 <= line[0] <= 96:
        return None
    wanted = (((line[0] - 32) & 63) * 4 + 2) // 3
    for candidate in (line, line[: wanted + 1]):
        try:
            # Blanks at the end of a line are lost on the way: they stand for zeros.
            return binascii.a2b_uu(candidate)
        except binascii.Error:
            continue
    return None


def _yenc(text: bytes, match: re.Match[bytes]) -> tuple[bytes, bytes, int]:
    name = _YENC_NAME.search(match[0])
    pieces: list[bytes] = []
    position = match.end()
    for line, following in _lines(text, position):
        position = following
        if line.startswith(b"=yend"):
            break
        if not line.startswith(b"=ypart"):
            pieces.append(_ESCAPED.sub(lambda found: bytes([(found[1][0] - 64) % 256]), line).translate(_YENC_BACK))
    return name[1] if name else b"", b"".join(pieces), min(position, len(text))
