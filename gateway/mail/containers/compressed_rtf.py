"""Rich text as Outlook compresses it ([MS-OXRTFCP])."""

import struct
from typing import Final

_COMPRESSED: Final = b"LZFu"
_PLAIN: Final = b"MELA"
_START: Final = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS "
    b"Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b"
    b"\\i\\u\\tab\\tx"
)
_WINDOW: Final = 4_096
_MOST: Final = 5_000_000


def decompress_rtf(data: bytes) -> bytes:
    """Return the document, at most 5 MB of it; damaged data ends where it is damaged."""
    if data[8:12] == _PLAIN:
        return data[16 : 16 + _MOST]
    if data[8:12] != _COMPRESSED:
        return b""
    (size,) = struct.unpack_from("<I", data, 4)
    window = bytearray(_START.ljust(_WINDOW, b"\x00"))
    write = len(_START)
    output = bytearray()
    place = 16
    while place < len(data) and len(output) < min(size, _MOST):
        control = data[place]
        place += 1
        for bit in range(8):
            if place >= len(data):
                break
            if not control >> bit & 1:
                run = data[place : place + 1]
                place += 1
            else:
                pair = int.from_bytes(data[place : place + 2], "big")
                place += 2
                offset, length = pair >> 4, (pair & 15) + 2
                if offset == write:
                    return bytes(output)
                run = b""
                for step in range(length):
                    window[(write + step) % _WINDOW] = window[(offset + step) % _WINDOW]
                    run += window[(write + step) % _WINDOW : (write + step) % _WINDOW + 1]
            for byte in run:
                window[write] = byte
                write = (write + 1) % _WINDOW
            output += run
    return bytes(output)
