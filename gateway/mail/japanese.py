"""Decode ISO-2022-JP and EUC-JP as mailers write them: with the characters of Windows-31J (NEC row 13, IBM's kanji).

Python's codecs stop at these characters. The Encoding standard (WHATWG, 12.1 and 12.2) reads them, as do the names
cp50220 and cp50221 that mailers give to the same encoding.
"""

import re
from typing import Final

_ESCAPE: Final = re.compile(rb"\x1b(?:\$\(?[@ABCDGHOPQ]|\([ABHIJ])|[\x0e\x0f]")
_TO_HIGH: Final = bytes(byte + 0x80 if 0x21 <= byte <= 0x7E else byte for byte in range(256))
_EUC_TOKEN: Final = re.compile(rb"\x8e([\xa1-\xdf])|([\xa1-\xfe][\xa1-\xfe])")
_PAIR: Final = re.compile(rb"[\xa1-\xfe]{2}")
# Where Windows-31J and Python's JIS X 0208 disagree, mail programs show the former.
_AS_WINDOWS: Final = str.maketrans("\u301c\u2016\u2212\u00a2\u00a3\u00ac", "\uff5e\u2225\uff0d\uffe0\uffe1\uffe2")


def decode_iso2022jp(data: bytes) -> str:
    """Return the text; never raises. Bytes outside of every set are replaced."""
    pieces: list[str] = []
    escape = b"\x1b(B"
    position = 0
    for match in _ESCAPE.finditer(data):
        pieces.append(_segment(data[position : match.start()], escape))
        escape = match[0]
        position = match.end()
    pieces.append(_segment(data[position:], escape))
    return "".join(pieces)


def _segment(data: bytes, escape: bytes) -> str:
    if not data:
        return ""
    if escape in {b"\x1b(I", b"\x0e"}:
        return data.translate(_TO_HIGH).decode("cp932", "replace")
    if escape.startswith(b"\x1b$"):
        high = data.translate(_TO_HIGH)
        if escape == b"\x1b$(D":
            high = _PAIR.sub(lambda match: b"\x8f" + match[0], high)
        elif escape == b"\x1b$A":
            return high.decode("gb2312", "replace")
        elif escape == b"\x1b$(C":
            return high.decode("cp949", "replace")
        return decode_eucjp(high)
    return data.decode("cp932", "replace")


def decode_eucjp(data: bytes) -> str:
    """Return the text; never raises. Bytes outside of every set are replaced."""
    try:
        return data.decode("euc_jp").translate(_AS_WINDOWS)
    except UnicodeDecodeError:
        pass
    pieces: list[str] = []
    position = 0
    for match in re.finditer(rb"\x8f[\xa1-\xfe]{2}", data):
        pieces.append(_by_windows(data[position : match.start()]))
        pieces.append(match[0].decode("euc_jp", "replace"))
        position = match.end()
    pieces.append(_by_windows(data[position:]))
    return "".join(pieces)


def _by_windows(data: bytes) -> str:
    return _EUC_TOKEN.sub(_to_shift_jis, data).decode("cp932", "replace")


def _to_shift_jis(match: re.Match[bytes]) -> bytes:
    """Return the Shift_JIS bytes of one character: the arithmetic of JIS X 0208 appendix 1."""
    if match[1]:
        return match[1]
    row, cell = match[2][0] - 0xA1, match[2][1] - 0xA1
    lead = row // 2 + (0x81 if row < 62 else 0xC1)
    if row % 2:
        return bytes((lead, cell + 0x9F))
    return bytes((lead, cell + (0x40 if cell < 63 else 0x41)))
