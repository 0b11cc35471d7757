"""Cabinet files ([MS-CAB]): the names of their files."""

import struct
from typing import Final

from gateway.mail import limits
from gateway.mail.charsets import decode
from gateway.mail.containers.budget import Budget
from gateway.mail.containers.opened import Opened

_FILE: Final = struct.Struct("<IIHHHH")
_NAME_IS_UTF8: Final = 0x80
_LONGEST_NAME: Final = 257


def open_cabinet(data: bytes, name: str, budget: Budget) -> Opened:
    """Read the names; raise struct.error or ValueError if the cabinet is damaged."""
    opened = Opened()
    (place,) = struct.unpack_from("<I", data, 16)
    (count,) = struct.unpack_from("<H", data, 28)
    if count > limits.ARCHIVE_ENTRIES:
        budget.leave_out(f"Archive {name} lists more than {limits.ARCHIVE_ENTRIES:,} files: the rest was not read.")
    budget.note(f"Files in archive {name} are compressed: they were judged by their names.")
    for _file in range(min(count, limits.ARCHIVE_ENTRIES)):
        attributes = _FILE.unpack_from(data, place)[5]
        start = place + _FILE.size
        end = data.index(b"\x00", start, start + _LONGEST_NAME)
        opened.names.append(decode(data[start:end], "utf-8" if attributes & _NAME_IS_UTF8 else "cp1252"))
        place = end + 1
    return opened
