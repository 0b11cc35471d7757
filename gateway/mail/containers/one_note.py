"""OneNote sections ([MS-ONESTORE] 2.6.13): the files that a page holds, which a double click starts."""

import struct
from typing import Final

from gateway.mail.containers.budget import Budget
from gateway.mail.containers.opened import Member, Opened

# The GUID in front of each file, {BDE316E7-2665-4511-A4C4-8D4D0B7A9EAC}; a length of 8 bytes and 12 more follow.
_FILE: Final = bytes.fromhex("e716e3bd65261145a4c48d4d0b7a9eac")
_HEAD: Final = 36
_MOST: Final = 500


def open_section(data: bytes, name: str, budget: Budget) -> Opened:
    """Return the files in a section. Their names stand elsewhere in it and are not read."""
    opened = Opened()
    place = data.find(_FILE)
    while place >= 0 and place + _HEAD <= len(data):
        (size,) = struct.unpack_from("<Q", data, place + 16)
        content = data[place + _HEAD : place + _HEAD + size]
        if len(opened.members) >= _MOST or not budget.take(len(content)):
            budget.leave_out(f"The files in {name} are too many or too large to be opened.")
            break
        opened.members.append(Member(f"file {len(opened.members) + 1}", content))
        place = data.find(_FILE, place + _HEAD)
    return opened
