"""List the entries of archives (ZIP, 7z, RAR, gzip) and detect encryption, without unpacking anything."""

import re
import struct
from dataclasses import dataclass
from typing import Final

from gateway.mail import limits
from gateway.mail.charsets import decode

_ZIP_END: Final = b"PK\x05\x06"
_ZIP_END_REACH: Final = 66_000
_ZIP_ENTRY: Final = struct.Struct("<4s6H3I5H2I")
_ZIP_LOCAL: Final = struct.Struct("<4s5H3I2H")
_ZIP_UTF8: Final = 0x0800
_SEVEN_ZIP_AES: Final = b"\x06\xf1\x07\x01"
_SEVEN_ZIP_TAIL: Final = 65_536
_LONGEST_VINT: Final = 10


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents of an archive: at most 1,000 entry names, and whether any entry needs a password."""

    names: tuple[str, ...]
    encrypted: bool


def read_zip(data: bytes) -> Contents:
    """Read the central directory of a ZIP archive, or its local headers if it has none; never raises."""
    end = data.rfind(_ZIP_END, max(0, len(data) - _ZIP_END_REACH))
    if end < 0 or end + 20 > len(data):
        return _read_local_headers(data)
    directory_size, offset = struct.unpack_from("<2I", data, end + 12)
    # Bytes may precede the archive (a self-extractor): the directory ends where its end record begins.
    position = offset if data[offset : offset + 4] == b"PK\x01\x02" else max(0, end - directory_size)
    names: list[str] = []
    encrypted = False
    while len(names) < limits.ARCHIVE_ENTRIES and position + _ZIP_ENTRY.size <= len(data):
        entry = _ZIP_ENTRY.unpack_from(data, position)
        if entry[0] != b"PK\x01\x02":
            break
        name_length, extra_length, comment_length = entry[10:13]
        start = position + _ZIP_ENTRY.size
        names.append(_zip_name(data[start : start + name_length], entry[3]))
        encrypted = encrypted or bool(entry[3] & 1)
        position = start + name_length + extra_length + comment_length
    return Contents(tuple(names), encrypted)


def _read_local_headers(data: bytes) -> Contents:
    names: list[str] = []
    encrypted = False
    position = data.find(b"PK\x03\x04")
    while 0 <= position <= len(data) - _ZIP_LOCAL.size and len(names) < limits.ARCHIVE_ENTRIES:
        header = _ZIP_LOCAL.unpack_from(data, position)
        start = position + _ZIP_LOCAL.size
        names.append(_zip_name(data[start : start + header[9]], header[2]))
        encrypted = encrypted or bool(header[2] & 1)
        position = data.find(b"PK\x03\x04", start + header[9])
    return Contents(tuple(names), encrypted)


def _zip_name(name: bytes, flags: int) -> str:
    return decode(name[: limits.NAME_CHARACTERS], "utf-8" if flags & _ZIP_UTF8 else "cp437")


def read_seven_zip(data: bytes) -> Contents:
    """Detect whether a 7z archive needs a password.

    Its entry names are compressed and not read.
    """
    if len(data) < 32:
        return Contents((), encrypted=False)
    offset, size = struct.unpack_from("<2Q", data, 12)
    start = 32 + offset
    header = data[start : start + min(size, _SEVEN_ZIP_TAIL)] or data[-_SEVEN_ZIP_TAIL:]
    return Contents((), _SEVEN_ZIP_AES in header)


def read_rar(data: bytes) -> Contents:
    """Read the file headers of a RAR archive, version 4 or 5; never raises."""
    try:
        return _read_rar5(data) if data.startswith(b"Rar!\x1a\x07\x01\x00") else _read_rar4(data)
    except (struct.error, IndexError, OverflowError):
        return Contents((), encrypted=False)


def _read_rar4(data: bytes) -> Contents:
    names: list[str] = []
    encrypted = False
    position = 7
    while position + 7 <= len(data) and len(names) < limits.ARCHIVE_ENTRIES:
        _checksum, kind, flags, size = struct.unpack_from("<HBHH", data, position)
        if kind == 0x73 and flags & 0x0080:
            return Contents((), encrypted=True)
        body = 0
        if kind == 0x74 and position + 32 <= len(data):
            (body,) = struct.unpack_from("<I", data, position + 7)
            (length,) = struct.unpack_from("<H", data, position + 26)
            start = position + (40 if flags & 0x0100 else 32)
            names.append(decode(data[start : start + min(length, limits.NAME_CHARACTERS)].split(b"\x00")[0], "cp437"))
            encrypted = encrypted or bool(flags & 0x0004)
        elif flags & 0x8000:
            (body,) = struct.unpack_from("<I", data, position + 7)
        if size + body <= 0:
            break
        position += size + body
    return Contents(tuple(names), encrypted)


def _read_rar5(data: bytes) -> Contents:
    names: list[str] = []
    encrypted = False
    position = 8
    while position + 7 < len(data) and len(names) < limits.ARCHIVE_ENTRIES:
        header_size, cursor = _vint(data, position + 4)
        header_end = cursor + header_size
        kind, cursor = _vint(data, cursor)
        flags, cursor = _vint(data, cursor)
        if kind == 4:
            return Contents((), encrypted=True)
        extra_size = body = 0
        if flags & 1:
            extra_size, cursor = _vint(data, cursor)
        if flags & 2:
            body, cursor = _vint(data, cursor)
        if kind == 2:
            names.append(_rar5_name(data, cursor))
            encrypted = encrypted or _rar5_is_encrypted(data[max(cursor, header_end - extra_size) : header_end])
        if kind == 5 or header_end + body <= position:
            break
        position = header_end + body
    return Contents(tuple(names), encrypted)


def _rar5_name(data: bytes, cursor: int) -> str:
    flags, cursor = _vint(data, cursor)
    _unpacked, cursor = _vint(data, cursor)
    _attributes, cursor = _vint(data, cursor)
    cursor += (4 if flags & 2 else 0) + (4 if flags & 4 else 0)
    _compression, cursor = _vint(data, cursor)
    _system, cursor = _vint(data, cursor)
    length, cursor = _vint(data, cursor)
    return decode(data[cursor : cursor + min(length, limits.NAME_CHARACTERS)], "utf-8")


def _rar5_is_encrypted(extra: bytes) -> bool:
    cursor = 0
    while cursor + 2 <= len(extra):
        size, after_size = _vint(extra, cursor)
        kind, _after = _vint(extra, after_size)
        if kind == 1:
            return True
        cursor = after_size + max(size, 1)
    return False


def _vint(data: bytes, position: int) -> tuple[int, int]:
    """Return a variable-length number of RAR 5 and the position after it.

    Raise IndexError if it extends past the end of the data or is longer than 10 bytes.
    """
    value = 0
    for count in range(_LONGEST_VINT):
        byte = data[position + count]
        value |= (byte & 0x7F) << (7 * count)
        if not byte & 0x80:
            return value, position + count + 1
    raise IndexError("a number that never ends")


_GZIP_NAME: Final = re.compile(rb"\x1f\x8b.[\x08-\x0b\x18-\x1b].{6}([^\x00]{1,255})\x00", re.DOTALL)


def read_gzip(data: bytes) -> Contents:
    """Return the original file name if the gzip header holds one."""
    match = _GZIP_NAME.match(data)
    return Contents((decode(match[1]),) if match else (), encrypted=False)
