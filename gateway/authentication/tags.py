"""Tag lists, as DKIM, ARC and DMARC write them: `v=1; d=example.org` (RFC 6376 3.2)."""

import base64
import binascii
import re
from typing import Final

import idna

_NAME: Final = re.compile(rb"[A-Za-z][A-Za-z0-9_]{0,30}")
_LONGEST: Final = 16_384
_MOST: Final = 100

Tags = dict[bytes, bytes]


class BadTags(ValueError):
    """The text is no tag list, or a value in it is not what it has to be."""


def read_tags(text: bytes) -> Tags:
    """Return the values by name, unfolded, without blanks around them.

    :raises BadTags: if a name occurs twice, or something is no tag.
    """
    if len(text) > _LONGEST:
        raise BadTags("it is too long")
    found: Tags = {}
    parts = text.split(b";")
    if len(parts) > _MOST:
        raise BadTags("it has too many tags")
    for part in parts:
        if not part.strip():
            continue
        name, equals, value = part.partition(b"=")
        name = name.strip()
        if not equals or _NAME.fullmatch(name) is None or name in found:
            raise BadTags("it is no list of tags")
        found[name] = value.replace(b"\r\n", b"").strip()
    return found


def base64_of(value: bytes) -> bytes:
    """Return the bytes that a value encodes in base64, with blanks anywhere.

    :raises BadTags: if it is not base64.
    """
    try:
        return base64.b64decode(b"".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        raise BadTags("a value is not base64") from None


def number_of(value: bytes) -> int:
    """Return the number that a value is.

    :raises BadTags: if it is none, or has more than 18 digits.
    """
    if not value.isdigit() or len(value) > 18:
        raise BadTags("a value is no number")
    return int(value)


def domain_of_tag(value: bytes) -> str:
    """Return a domain in lower case and ASCII.

    :raises BadTags: if it is none.
    """
    try:
        name = value.decode("utf-8").strip().strip(".").lower()
        if not name.isascii():
            name = idna.encode(name).decode()
    except (UnicodeError, ValueError):
        raise BadTags("a domain can't be read") from None
    if not name or len(name) > 253 or not re.fullmatch(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*", name):
        raise BadTags("a domain can't be read")
    return name
