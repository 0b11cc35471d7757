"""Decode bytes with a charset that untrusted mail declares.

Only codecs on an allowlist are used: some of Python's codecs are not charsets, and punycode takes seconds on a few
hundred kilobytes.
"""

import re
from functools import lru_cache
from typing import Final

from gateway.mail.storable import storable

_CODECS: Final[dict[str, str]] = {
    "utf8": "utf-8",
    "utf16": "utf-16",
    "utf16le": "utf-16-le",
    "utf16be": "utf-16-be",
    "utf32": "utf-32",
    "utf7": "utf-7",
    "unicode11utf7": "utf-7",
    "usascii": "ascii",
    "ascii": "ascii",
    "ansix341968": "ascii",
    "iso646us": "ascii",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "cp936": "gb18030",
    "hzgb2312": "hz",
    "hz": "hz",
    "big5": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "cp950": "cp950",
    "shiftjis": "cp932",
    "sjis": "cp932",
    "xsjis": "cp932",
    "cp932": "cp932",
    "windows31j": "cp932",
    "eucjp": "euc_jp",
    "xeucjp": "euc_jp",
    "iso2022jp": "iso2022_jp_ext",
    "iso2022jp1": "iso2022_jp_1",
    "iso2022jp2": "iso2022_jp_2",
    "iso2022jp3": "iso2022_jp_3",
    "csiso2022jp": "iso2022_jp_ext",
    "euckr": "cp949",
    "ksc56011987": "cp949",
    "ksc5601": "cp949",
    "cp949": "cp949",
    "uhc": "cp949",
    "iso2022kr": "iso2022_kr",
    "koi8r": "koi8_r",
    "koi8u": "koi8_u",
    "koi8ru": "koi8_u",
    "tis620": "cp874",
    "viscii": "cp1258",
    "macintosh": "mac_roman",
    "macroman": "mac_roman",
    "xmacroman": "mac_roman",
    "xmaccyrillic": "mac_cyrillic",
    "latin1": "cp1252",
    "l1": "cp1252",
    "iso88591": "cp1252",
    "iso88599": "cp1254",
    "iso885911": "cp874",
    "iso88598i": "iso8859_8",
    "iso88598e": "iso8859_8",
    **{f"iso8859{number}": f"iso8859_{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **{f"windows{number}": f"cp{number}" for number in (874, *range(1250, 1259))},
    **{f"cp{number}": f"cp{number}" for number in (437, 850, 852, 855, 866, 874, *range(1250, 1259))},
    **{f"ibm{number}": f"cp{number}" for number in (437, 850, 852, 855, 866)},
}
_SEPARATORS: Final = re.compile(r"[^a-z0-9]")
_ESCAPES: Final = frozenset(
    {"hz", "iso2022_jp_ext", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_3", "iso2022_kr", "utf-7"}
)


@lru_cache(maxsize=512)
def codec_for(charset: str) -> str | None:
    """Return the Python codec for a charset name as spelled in mail, or None if the charset is not on the list."""
    name = _SEPARATORS.sub("", charset.lower())
    return _CODECS.get(name) or (_CODECS.get(name[2:]) if name.startswith("cs") else None)


def decode(data: bytes, charset: str = "") -> str:
    """Decode with the declared charset, or guess it from the bytes.

    Never raises; the result is storable. Valid UTF-8 with non-ASCII characters is decoded as UTF-8 even if an ASCII or
    Windows code page is declared, because text in those charsets is hardly ever valid UTF-8 by chance.
    """
    codec = codec_for(charset) if charset else None
    if data.isascii() and (codec is None or not (codec in _ESCAPES or codec.startswith("utf-"))):
        return storable(data.decode("ascii"))
    if codec is None or codec == "ascii" or codec.startswith("cp125"):
        return storable(_sniffed(data, codec))
    try:
        return storable(data.decode(codec))
    except (UnicodeError, ValueError):
        return storable(_utf8(data) or data.decode(codec, "replace"))


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
