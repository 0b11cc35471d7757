"""Rich Text Format 1.9: links, and the objects that a document embeds."""

import binascii
import re
from typing import Final

from gateway.mail.containers.budget import Budget
from gateway.mail.containers.link_text import links_in_bytes
from gateway.mail.containers.ole_objects import packaged_file
from gateway.mail.containers.opened import Member, Opened

_OBJECT: Final = re.compile(rb"\\objdata\b")
_TEMPLATE: Final = re.compile(rb"\\\*\\template\s{1,20}(?:https?:|\\\\\\\\|file:|ftp:)", re.IGNORECASE)
_GROUPS: Final = re.compile(rb"[{}]|[^{}]+")
_NO_DIGIT: Final = re.compile(rb"\\[a-zA-Z]{1,32}-?[0-9]{0,10}|[^0-9a-fA-F]")
_ESCAPED: Final = re.compile(rb"\\'([0-9a-fA-F]{2})")
_PACKAGE: Final = b"Package\x00"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_OBJECTS: Final = 50


def open_rtf(data: bytes, name: str, budget: Budget) -> Opened:
    """Open an RTF document."""
    opened = Opened(links=links_in_bytes(_ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), data), name, budget))
    if _TEMPLATE.search(data):
        opened.features.append("remote-template")
    for count, match in enumerate(_OBJECT.finditer(data)):
        if count == 0:
            opened.features.append("embedded-object")
        if count >= _MOST_OBJECTS:
            budget.leave_out(f"Document {name} embeds more than {_MOST_OBJECTS} objects: the rest was not read.")
            break
        member = _embedded(_hex_content(data, match.end()), count + 1, budget)
        opened.members += [member] if member is not None else []
    return opened


def _hex_content(data: bytes, start: int) -> bytes:
    """Return the bytes of a group of hex digits, without the groups and control words that are strewn into it."""
    pieces: list[bytes] = []
    depth = 0
    for match in _GROUPS.finditer(data, start):
        if match[0] == b"{":
            depth += 1
        elif match[0] == b"}":
            depth -= 1
            if depth < 0:
                break
        elif depth == 0:
            pieces.append(_NO_DIGIT.sub(b"", match[0]))
    digits = b"".join(pieces)
    return binascii.unhexlify(digits[: len(digits) // 2 * 2])


def _embedded(content: bytes, number: int, budget: Budget) -> Member | None:
    if not content or not budget.take(len(content)):
        return None
    package = content.find(_PACKAGE)
    if 0 <= package < 64:
        # Behind the class name: topic and item, each with a length, and the length of the stream.
        return packaged_file(content[package + len(_PACKAGE) + 12 :])
    compound = content.find(_COMPOUND)
    return Member(f"object{number}.bin", content[compound:]) if compound >= 0 else None
