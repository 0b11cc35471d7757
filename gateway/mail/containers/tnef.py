"""winmail.dat, the container in which Outlook and Exchange send rich text ([MS-OXTNEF]).

Own code, because the libraries for it give up the whole container at the first field that is not as Outlook writes it.
"""

import struct
from collections.abc import Iterator
from typing import Final

from gateway.mail.charsets import decode
from gateway.mail.containers.budget import Budget
from gateway.mail.containers.compressed_rtf import decompress_rtf
from gateway.mail.containers.link_text import links_in_bytes
from gateway.mail.containers.mapi import Property, properties
from gateway.mail.containers.opened import Member, Opened

_SIGNATURE: Final = 0x223E9F78
_ATTRIBUTE: Final = struct.Struct("<BHHI")
# Identifiers of attributes, [MS-OXTNEF] 2.1.3.3.
_NEW_FILE, _FILE_TITLE, _FILE_DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_MESSAGE_PROPERTIES, _BODY, _CODE_PAGE = 0x9003, 0x800C, 0x9007
# Identifiers of properties, [MS-OXPROPS].
_CONTENT, _LONG_NAME, _SHORT_NAME, _SHOWN_NAME = 0x3701, 0x3707, 0x3704, 0x3001
_TEXT, _RTF, _HTML = 0x1000, 0x1009, 0x1013
# The interface that marks an attached message: IID_IMessage, {00020307-0000-0000-C000-000000000046}.
_MESSAGE: Final = bytes.fromhex("0703020000000000c000000000000046")
_OBJECT: Final = 0x000D
_DEEPEST: Final = 8
_MOST_FILES: Final = 1_000


def open_tnef(data: bytes, name: str, budget: Budget) -> Opened:
    """Open a container; what comes before damage counts. Raise ValueError if it is none."""
    opened = Opened()
    _read(data, name, budget, opened, 0)
    opened.names = [member.name for member in opened.members]
    return opened


class _File:
    """One attached file, as its attributes come in."""

    def __init__(self) -> None:
        self.title = ""
        self.content = b""
        self.properties: dict[int, Property] = {}

    def name(self, charset: str) -> str:
        """Return the longest name that is given."""
        given = [self.properties[key] for key in (_LONG_NAME, _SHORT_NAME, _SHOWN_NAME) if key in self.properties]
        names = [entry.text(charset) for entry in given[:1]]
        return next(filter(None, [*names, self.title, *(entry.text(charset) for entry in given[1:])]), "")


def _read(data: bytes, name: str, budget: Budget, opened: Opened, depth: int) -> None:
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        raise ValueError("no TNEF")
    charset = ""
    files: list[_File] = []
    for number, content in _attributes(data):
        if number == _CODE_PAGE and len(content) >= 4:
            charset = f"cp{struct.unpack_from('<I', content)[0]}"
        elif number == _BODY:
            opened.text.append(decode(content, charset).strip("\x00"))
        elif number == _MESSAGE_PROPERTIES:
            _bodies({entry.number: entry for entry in properties(content)}, charset, name, budget, opened)
        elif number == _NEW_FILE:
            files.append(_File())
        elif number in {_FILE_TITLE, _FILE_DATA, _FILE_PROPERTIES}:
            if not files:
                files.append(_File())
            _add(files[-1], number, content, charset)
    if len(files) > _MOST_FILES:
        budget.leave_out(f"File {name} holds more than {_MOST_FILES:,} files: the rest was not read.")
    for file in files[:_MOST_FILES]:
        _take(file, charset, name, budget, opened, depth)


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    place = 6
    while place + _ATTRIBUTE.size <= len(data):
        _level, number, _type, size = _ATTRIBUTE.unpack_from(data, place)
        place += _ATTRIBUTE.size
        yield number, data[place : place + size]
        # A checksum follows.
        place += size + 2


def _add(file: _File, number: int, content: bytes, charset: str) -> None:
    if number == _FILE_TITLE:
        file.title = decode(content, charset).strip("\x00")
    elif number == _FILE_DATA:
        file.content = content
    else:
        file.properties.update((entry.number, entry) for entry in properties(content))


def _bodies(found: dict[int, Property], charset: str, name: str, budget: Budget, opened: Opened) -> None:
    if _TEXT in found:
        opened.text.append(found[_TEXT].text(charset))
    if _HTML in found:
        opened.html.append(found[_HTML].text(charset))
    elif _RTF in found:
        opened.links += links_in_bytes(decompress_rtf(found[_RTF].value), name, budget)


def _take(file: _File, charset: str, name: str, budget: Budget, opened: Opened, depth: int) -> None:
    whole = file.properties.get(_CONTENT)
    content = whole.value if whole is not None and whole.value else file.content
    if whole is not None and whole.kind == _OBJECT:
        is_message, content = content.startswith(_MESSAGE), content[16:]
        if is_message and depth >= _DEEPEST:
            budget.leave_out(f"Messages nested deeper than {_DEEPEST} levels were not opened.")
            return
        if is_message:
            _read(content, name, budget, opened, depth + 1)
            return
    if budget.take(len(content)):
        opened.members.append(Member(file.name(charset), content))
    else:
        budget.leave_out(f"A file in {name} is too large to be opened.")
