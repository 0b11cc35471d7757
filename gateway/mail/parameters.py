"""Parser for `value; name=value` header fields: Content-Type and Content-Disposition (RFC 2045, 2183, 2231)."""

import re
from typing import Final
from urllib.parse import unquote_to_bytes

from gateway.mail.charsets import decode
from gateway.mail.headers import decode_words

_PARAMETER: Final = re.compile(r'[;\s]\s*([^\s=;"]{1,80})\s*=\s*(?:"((?:[^"\\]|\\.)*+)"?|([^;]*))', re.DOTALL)
_QUOTED_PAIR: Final = re.compile(r"\\(.)", re.DOTALL)
_CONTINUATION: Final = re.compile(r"([^*]+)\*(?:(\d{1,3})(\*)?)?")
_TYPE: Final = re.compile(r"([a-z0-9!#$&^_.+-]{1,80})[ \t]{0,8}/[ \t]{0,8}([a-z0-9!#$&^_.+-]{1,120})(?![^\s;,])")


def parse_parameters(value: bytes | None) -> tuple[str, dict[str, str]]:
    """Return the value before the first semicolon in lower case, and the decoded parameters; never raises."""
    if value is None:
        return "", {}
    text = decode(value)
    head = text.split(";", 1)[0].strip().lower()
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for match in _PARAMETER.finditer(text):
        name = match[1].lower()
        content = _QUOTED_PAIR.sub(r"\1", match[2]) if match[2] is not None else match[3].strip()
        split = _CONTINUATION.fullmatch(name)
        if split is None:
            plain.setdefault(name, decode_words(content))
        else:
            extended = split[2] is None or split[3] is not None
            pieces.setdefault(split[1], {}).setdefault(int(split[2] or 0), (extended, content))
    plain.update({name: _joined(numbered) for name, numbered in pieces.items()})
    return head, plain


def _joined(numbered: dict[int, tuple[bool, str]]) -> str:
    """Join the numbered sections of an RFC 2231 parameter.

    The first extended section names the charset.
    """
    charset = ""
    data = b""
    for number in sorted(numbered):
        extended, content = numbered[number]
        if extended:
            if not data and content.count("'") >= 2:
                charset, _language, content = content.split("'", 2)
            data += unquote_to_bytes(content)
        else:
            data += content.encode("utf-8", "replace")
    return decode(data, charset)


def media_type(value: bytes | None, default: str) -> tuple[str, dict[str, str]]:
    """Return an entity's media type in lower case, or the default if it is not valid, and its parameters.

    A space ends the type as well, because the semicolon after the type is often missing.
    """
    head, parameters = parse_parameters(value)
    match = _TYPE.match(head)
    return (f"{match[1]}/{match[2]}" if match else default), parameters
