"""Parser for `value; name=value` fields: Content-Type and Content-Disposition (RFC 2045, 2183, 2231).

It reads the text in one pass. Besides the grammar it takes what mail programs take: missing semicolons and quotes,
encoded words in names (RFC 2047 5 forbids them), and raw 8-bit text.
"""

import re
from typing import Final
from urllib.parse import unquote_to_bytes

from gateway.mail.charsets import decode
from gateway.mail.comments import without_comments
from gateway.mail.encoded_words import decode_raw, decode_words

_MOST_PARAMETERS: Final = 2_000
_NAME: Final = re.compile(r"[\s;,]*+([^\s=;,\"]{1,80}+)\s*+=\s*+")
_SKIP: Final = re.compile(r"[\s;,]*+(?:\"[^\"]*+\"?|[^\s;\"]++)")
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*+)("?)([^\s;,"=]*+)(?!\s*+=)', re.DOTALL)
_OPEN_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*+)"?', re.DOTALL)
_QUOTED_PAIR: Final = re.compile(r"\\(.)", re.DOTALL)
_TOKEN: Final = re.compile(r"[^\s;]*+")
# A file name without quotes may hold blanks. It ends at a semicolon, or where another parameter begins.
_UNQUOTED_NAME: Final = re.compile(r"[^;]*+")
_NEXT: Final = re.compile(
    r"\s(?:name|filename|charset|size|creation-date|modification-date|read-date|x-[a-z-]{1,40})\*?\s{0,8}=",
    re.IGNORECASE,
)
_NAMES: Final = frozenset({"name", "filename"})
_CONTINUATION: Final = re.compile(r"([^*]+)\*(?:(\d{1,3})(\*)?)?")
_TYPE: Final = re.compile(r"\"?([a-z0-9!#$&^_.+-]{1,80})[ \t]{0,8}/[ \t]{0,8}([a-z0-9!#$&^_.+-]{1,120})(?![^\s;,\"])")


class Parameters(dict[str, str]):
    """The parameters of a field by lower-case name, decoded; the first one counts where a name is repeated.

    `others` has the other values of a repeated name.
    """

    def __init__(self) -> None:
        super().__init__()
        self.others: dict[str, list[str]] = {}

    def add(self, name: str, value: str) -> None:
        """Add a value; a second one for the same name becomes one of the `others`."""
        if name not in self:
            self[name] = value
        elif value != self[name] and value not in self.others.get(name, ()):
            self.others.setdefault(name, []).append(value)


def parse_parameters(value: bytes | None, charset: str = "") -> tuple[str, Parameters]:
    """Return the value before the first semicolon in lower case, and the decoded parameters; never raises.

    Raw text that is no UTF-8 is in `charset`.
    """
    found = Parameters()
    if value is None:
        return "", found
    text = without_comments(decode_raw(value, charset))
    head = text.split(";", 1)[0].strip()
    # A blank often stands for the semicolon after the value, and sometimes the value is missing.
    first = _NAME.match(text)
    start = re.match(r"[^\s;]*", text)
    position = 0 if first else (start.end() if start else 0)
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for name, content in _parameters(text, position):
        split = _CONTINUATION.fullmatch(name)
        if split is None:
            found.add(name, decode_words(content))
        else:
            extended = split[2] is None or split[3] is not None
            pieces.setdefault(split[1], {}).setdefault(int(split[2] or 0), (extended, content))
    for name, numbered in pieces.items():
        plain = found.pop(name, None)
        found[name] = _joined(numbered)
        if plain is not None:
            found.add(name, plain)
    return head.lower(), found


def _parameters(text: str, position: int) -> list[tuple[str, str]]:
    """Return the parameters as written, without quotes, in the order of the text."""
    found: list[tuple[str, str]] = []
    while position < len(text) and len(found) < _MOST_PARAMETERS:
        match = _NAME.match(text, position)
        if match is None:
            skipped = _SKIP.match(text, position)
            position = skipped.end() if skipped else len(text)
            continue
        name = match[1].lower()
        content, position = _value(text, match.end(), is_name=name.partition("*")[0] in _NAMES)
        found.append((name, content))
    return found


def _value(text: str, start: int, *, is_name: bool) -> tuple[str, int]:
    if text.startswith('"', start):
        quoted = _QUOTED.match(text, start) or _OPEN_QUOTED.match(text, start)
        if quoted is not None:
            # Some write a name in quotes and its ending behind them.
            behind = quoted[3] if quoted.re is _QUOTED and quoted[2] else ""
            return _QUOTED_PAIR.sub(r"\1", quoted[1]) + behind, quoted.end()
    match = (_UNQUOTED_NAME if is_name else _TOKEN).match(text, start)
    content = match[0] if match else ""
    following = _NEXT.search(content) if is_name else None
    if following is not None:
        content = content[: following.start()]
    return content.strip(), start + len(content)


def _joined(numbered: dict[int, tuple[bool, str]]) -> str:
    """Join the numbered sections of an RFC 2231 parameter, in the order of their numbers.

    The first extended section names the charset, which may be empty. Without one, an encoded word may have been split
    over the sections.
    """
    charset = ""
    data: list[bytes] = []
    for number in sorted(numbered):
        extended, content = numbered[number]
        if extended:
            if not any(data) and content.count("'") >= 2:
                charset, _language, content = content.split("'", 2)
            data.append(unquote_to_bytes(content))
        else:
            data.append(content.encode("utf-8", "replace"))
    text = decode(b"".join(data), charset)
    return text if charset else decode_words(text)


def media_type(value: bytes | None, default: str, charset: str = "") -> tuple[str, Parameters]:
    """Return an entity's media type in lower case, or the default if it is not valid, and its parameters.

    A space ends the type as well, because the semicolon after the type is often missing.
    """
    head, parameters = parse_parameters(value, charset)
    match = _TYPE.match(head)
    return (f"{match[1]}/{match[2]}" if match else default), parameters
