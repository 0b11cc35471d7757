"""Files that documents embed as OLE objects: the "Package" of [MS-OLEDS], in compound files and in RTF."""

import struct
from pathlib import PureWindowsPath

from gateway.mail.charsets import decode
from gateway.mail.containers.opened import Member

_LONGEST_NAME = 1_024


def packaged_file(native: bytes) -> Member | None:
    """Return the file in an Ole10Native stream (label, path, temporary path, content), or None if there is none."""
    try:
        place = 4 if struct.unpack_from("<H", native, 4)[0] == 2 else 0
        place += 2
        label, place = _text(native, place)
        path, place = _text(native, place)
        place += 4
        (length,) = struct.unpack_from("<I", native, place)
        place += 4 + length
        (size,) = struct.unpack_from("<I", native, place)
    except (struct.error, ValueError):
        return None
    content = native[place + 4 : place + 4 + size]
    return Member(label or PureWindowsPath(path).name, content) if content else None


def _text(data: bytes, place: int) -> tuple[str, int]:
    """Return a text that ends with NUL and the place behind it; raise ValueError if it does not end."""
    end = data.index(b"\x00", place, place + _LONGEST_NAME)
    return decode(data[place:end], "cp1252"), end + 1
