"""Decode bytes with a charset that untrusted mail declares.

The labels are those of the Encoding standard (WHATWG, 4.2) and the names that mailers use besides. Only codecs on this
list are used: some of Python's codecs are not charsets, and punycode takes seconds on a few hundred kilobytes.
"""

import re
from functools import lru_cache
from typing import Final

from webencodings import LABELS, PYTHON_NAMES

from gateway.mail.japanese import decode_eucjp, decode_iso2022jp
from gateway.mail.storable import storable

# The standard's encodings whose codec in Python has another name, or reads less than browsers do.
_BETTER: Final = {"gbk": "gb18030", "gb2312": "gb18030", "iso-8859-8-i": "iso8859_8", "utf-16le": "utf_16"}
_NOT_USED: Final = frozenset({"replacement", "x-user-defined"})
# Names that mailers, databases and Java give to these encodings, without what is no letter or digit.
_ALSO: Final[dict[str, str]] = {
    "utf16": "utf_16",
    "utf16le": "utf-16-le",
    "utf16be": "utf-16-be",
    "utf32": "utf-32",
    "utf7": "utf-7",
    "unicode11utf7": "utf-7",
    "unicode20utf7": "utf-7",
    "utf8mb4": "utf-8",
    "utf8mb3": "utf-8",
    "utf8n": "utf-8",
    "utf8sig": "utf-8",
    "utf8bom": "utf-8",
    "ansi": "cp1252",
    "646": "ascii",
    "usascii": "ascii",
    "ascii": "ascii",
    "ansix341968": "ascii",
    "iso646us": "ascii",
    "hz": "hz",
    "hzgb2312": "hz",
    "iso2022kr": "iso2022_kr",
    "csiso2022kr": "iso2022_kr",
    "gb18030": "gb18030",
    "eucgb2312": "gb18030",
    "euccn": "gb18030",
    "ms936": "gb18030",
    "windows936": "gb18030",
    "cp936": "gb18030",
    "big5hkscs": "big5hkscs",
    "big5eten": "big5hkscs",
    "ms950": "cp950",
    "cp950": "cp950",
    "windows950": "cp950",
    "euctw": "big5hkscs",
    "ms932": "cp932",
    "cp932": "cp932",
    "windows932": "cp932",
    "mskanji": "cp932",
    "cp943": "cp932",
    "ms949": "cp949",
    "cp949": "cp949",
    "uhc": "cp949",
    "windows949": "cp949",
    "ksc56011992": "cp949",
    "johab": "johab",
    "cp51932": "euc_jp",
    "eucjpms": "euc_jp",
    "eucjpwin": "euc_jp",
    "iso2022jpms": "iso2022_jp",
    "iso2022jp1": "iso2022_jp",
    "iso2022jp2": "iso2022_jp",
    "iso2022jp3": "iso2022_jp",
    "iso2022jp2004": "iso2022_jp",
    "cp50220": "iso2022_jp",
    "cp50221": "iso2022_jp",
    "cp50222": "iso2022_jp",
    "koi8ru": "koi8_u",
    "koi8t": "koi8_t",
    "macgreek": "mac_greek",
    "macturkish": "mac_turkish",
    "maciceland": "mac_iceland",
    "maclatin2": "mac_latin2",
    "maccentraleurroman": "mac_latin2",
    "latin9": "iso8859_15",
    "latin10": "iso8859_16",
    **{
        f"{prefix}{number}": f"cp{number}"
        for prefix in ("cp", "ibm", "windows", "win", "dos", "ms")
        for number in (437, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 864, 865, 866, 869, 874, 1125)
    },
    **{f"{prefix}{number}": f"cp{number}" for prefix in ("cp", "ms", "win") for number in range(1250, 1259)},
}
_SEPARATORS: Final = re.compile(r"[^a-z0-9]")
_YEAR: Final = re.compile(r":\d{4}\Z")
# Encodings in which ASCII bytes may mean something else.
_ESCAPES: Final = frozenset({"hz", "iso2022_jp", "iso2022_kr", "utf-7"})
_WIDE: Final = frozenset({"utf_16", "utf-16-le", "utf-16-be", "utf-32"})
_BYTE_ORDER_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_ZERO_SAMPLE: Final = 512


def _standard() -> dict[str, str]:
    """Return Python's codec for each label of the standard, spelled without separators."""
    found: dict[str, str] = {}
    for label, name in LABELS.items():
        if name not in _NOT_USED:
            found[_SEPARATORS.sub("", label)] = _BETTER.get(name) or PYTHON_NAMES.get(name, name)
    return {
        label: "iso2022_jp" if codec == "iso-2022-jp" else codec.replace("-", "_") for label, codec in found.items()
    }


_CODECS: Final[dict[str, str]] = {
    **{label: {"windows_": "cp"}.get(codec[:8], codec[:8]) + codec[8:] for label, codec in _standard().items()},
    **_ALSO,
}


@lru_cache(maxsize=512)
def codec_for(charset: str) -> str | None:
    """Return the name of the codec for a charset as spelled in mail, or None if the charset is not on the list."""
    name = _SEPARATORS.sub("", _YEAR.sub("", charset.lower()))
    for prefix in ("", "cs", "x"):
        if name.startswith(prefix) and name.removeprefix(prefix) in _CODECS:
            return _CODECS[name.removeprefix(prefix)]
    return None


def decode(data: bytes, charset: str = "") -> str:
    """Decode with the declared charset, or guess it from the bytes.

    Never raises; the result is storable. Valid UTF-8 with non-ASCII characters is decoded as UTF-8 even if an ASCII or
    Windows code page is declared, because text in those charsets is hardly ever valid UTF-8 by chance.
    """
    codec = codec_for(charset) if charset else None
    if data.isascii() and codec not in _ESCAPES and not (codec in _WIDE and b"\x00" in data):
        return storable(data.decode("ascii"))
    for mark, marked in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return storable(data[len(mark) :].decode(marked, "replace"))
    if codec is None or codec == "ascii" or codec.startswith("cp125"):
        return storable(_sniffed(data, codec))
    return storable(_decoded(data, codec))


def is_stateful(charset: str) -> bool:
    """Return whether escape sequences switch the charset's set of characters."""
    return codec_for(charset) in _ESCAPES


def _decoded(data: bytes, codec: str) -> str:
    if codec == "iso2022_jp":
        return decode_iso2022jp(data) if b"\x1b" in data or data.isascii() else _unlike_its_label(data)
    if codec == "euc_jp":
        return decode_eucjp(data)
    if codec == "utf_16":
        codec = _utf16_order(data)
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        text = _utf8(data)
        return text if text is not None else data.decode(codec, "replace")


def _unlike_its_label(data: bytes) -> str:
    """Return 8-bit text that is labelled with the 7-bit charset ISO-2022-JP: Japanese in another encoding."""
    for codec in ("utf-8", "euc_jp", "cp932"):
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    return decode_iso2022jp(data)


def _utf16_order(data: bytes) -> str:
    """Return the byte order of UTF-16 without a byte order mark, by where the zeros of its ASCII characters are.

    Without any, it is little-endian (WHATWG Encoding 4.2).
    """
    sample = data[:_ZERO_SAMPLE]
    return "utf-16-be" if sample[::2].count(0) > sample[1::2].count(0) else "utf-16-le"


def _sniffed(data: bytes, codec: str | None) -> str:
    text = _utf8(data)
    if text is not None:
        return text
    return data.decode(codec if codec and codec != "ascii" else "cp1252", "replace")


def _utf8(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None
