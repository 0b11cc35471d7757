"""Lists of MAPI properties as TNEF stores them ([MS-OXTNEF] 2.1.3.4, [MS-OXCDATA] 2.11.1)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gateway.mail.charsets import decode

_SIZES: Final = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE: Final = frozenset({0x0D, 0x1E, 0x1F, 0x0102})
_WIDE: Final = 0x1F
_MULTIPLE: Final = 0x1000
_NAMED_FROM: Final = 0x8000


@dataclass(frozen=True, slots=True)
class Property:
    """One property: its identifier, its type, and its value (the first one if there are several)."""

    number: int
    kind: int
    value: bytes

    def text(self, charset: str) -> str:
        """Return the value as text, which is in UTF-16 or in the given charset."""
        wide = self.kind == _WIDE
        return (self.value.decode("utf-16-le", "replace") if wide else decode(self.value, charset)).strip("\x00")


def properties(data: bytes) -> Iterator[Property]:
    """Yield the properties; what comes before damage counts."""
    place = 4
    try:
        for _count in range(struct.unpack_from("<I", data)[0]):
            kind, number = struct.unpack_from("<HH", data, place)
            place += 4
            if number >= _NAMED_FROM:
                place = _behind_name(data, place)
            first = b""
            several = bool(kind & _MULTIPLE)
            kind &= ~_MULTIPLE
            count = 1
            if several or kind in _VARIABLE:
                (count,) = struct.unpack_from("<I", data, place)
                place += 4
            for index in range(count):
                value, place = _value(data, place, kind)
                first = value if index == 0 else first
            yield Property(number, kind, first)
    except (struct.error, KeyError):
        return


def _behind_name(data: bytes, place: int) -> int:
    """Return the place behind the name of a named property: a GUID, and a number or a text."""
    is_text, length = struct.unpack_from("<II", data, place + 16)
    return place + 24 + (-(-length // 4) * 4 if is_text else 0)


def _value(data: bytes, place: int, kind: int) -> tuple[bytes, int]:
    """Return a value and the place behind it, which is a multiple of four bytes away.

    Raise KeyError if its type is unknown, and struct.error if it extends past the end of the data.
    """
    if kind not in _VARIABLE:
        size = _SIZES[kind]
        if place + size > len(data):
            raise struct.error("cut off")
        return data[place : place + size], place + size
    (size,) = struct.unpack_from("<I", data, place)
    return data[place + 4 : place + 4 + size], place + 4 + -(-size // 4) * 4
