"""Split a header block into fields as mail programs do: what is no field between fields is passed over.

The standard library's parsers are not used, because they limit neither the length nor the nesting of a field.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from gateway.mail import limits

# Some gateways write CR CR LF, which is one line break.
_BLANK_LINE: Final = re.compile(rb"\n\r{0,2}\n")
_BLANK_LINE_OF_RETURNS: Final = re.compile(rb"\r\r")
_EMPTY_LINE: Final = re.compile(rb"\r{0,2}\n")
# The end of a field: a line break that no blank follows. Where lines end with LF, a lone CR ends one only if a field
# follows.
_FIELD_END: Final = re.compile(rb"\r{0,2}\n(?![ \t])|\r(?!\r?\n)(?=[!-9;-~]{1,80}:)")
_PLAIN_FIELD_END: Final = re.compile(rb"\n(?![ \t])")
_FIELD_END_BY_RETURN: Final = re.compile(rb"\r(?![ \t])")
_LINE_BREAKS: Final = b"\r\n"
_NAME: Final = re.compile(rb"[!-9;-~]+")
_SHORT_NAME: Final = 80
# Fields that only the header of a mail or a part has: what stands before one of them is header too.
_KNOWN: Final = re.compile(
    rb"(?:\A|(?<=[\r\n]))(?:from|to|cc|bcc|subject|date|message-id|received|return-path|reply-to|sender|delivered-to"
    rb"|mime-version|content-(?:type|transfer-encoding|disposition|id|description|location)|in-reply-to|references"
    rb"|x-[a-z-]{1,40}|dkim-signature|authentication-results|arc-[a-z-]{1,40}|list-[a-z-]{1,40})[ \t]{0,8}:",
    re.IGNORECASE,
)
_LEADING_BLANKS: Final = re.compile(rb"[ \t\r\n]{1,1000}")
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_BOUNDARY: Final = re.compile(rb"boundary\*?[ \t]{0,8}=[ \t]{0,8}\"?([^\";]{1,256})", re.IGNORECASE)
_PARAMETER: Final = re.compile(rb"[A-Za-z][A-Za-z0-9*-]{0,40}[ \t]{0,8}=")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/=\s]*+")
_SHOWN: Final = frozenset(
    "from sender reply-to to cc bcc subject date message-id delivered-to x-original-to received list-id"
    " content-type content-disposition content-transfer-encoding content-id".split()
)


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """The header fields of one entity: names, unfolded values as bytes, and the offset of its body in the buffer.

    `passed_over` are the lines between the fields that are no field. `unread` says what was left out.
    """

    fields: tuple[tuple[str, bytes], ...]
    body_start: int
    defects: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    passed_over: bytes = b""
    by_name: dict[str, list[bytes]] = field(init=False, repr=False, compare=False, default_factory=dict)
    """The values of each field by its name in lower case, in the order of the block."""

    def __post_init__(self) -> None:
        for name, value in self.fields:
            self.by_name.setdefault(name.lower(), []).append(value)

    def first(self, name: str) -> bytes | None:
        """Return the first value of the field with this lower-case name, or None."""
        return self.by_name.get(name, (None,))[0]

    def all(self, name: str) -> list[bytes]:
        """Return every value of the field with this lower-case name, in the order of the block."""
        return self.by_name.get(name, [])


def split_headers(buffer: bytes, start: int, end: int, *, is_message: bool = False) -> HeaderBlock:
    """Parse the header block of the entity in buffer[start:end].

    A line that is no field is passed over if fields of a mail follow it before the empty line, else the body begins
    with it. In front of a message (`is_message`), a byte order mark and empty lines are passed over.
    """
    defects: list[str] = []
    if buffer.startswith(_BYTE_ORDER_MARK, start, end):
        start += len(_BYTE_ORDER_MARK)
        defects.append("A byte order mark stands before the header.")
    blanks = _LEADING_BLANKS.match(buffer, start, end) if is_message else None
    if blanks and _KNOWN.match(buffer[blanks.end() : blanks.end() + 80]):
        start = blanks.end()
        defects.append("Empty lines stand before the header.")
    empty = _EMPTY_LINE.match(buffer, start, end)
    if empty:
        return HeaderBlock((), empty.end(), tuple(defects))
    block_end, body_start = _block_end(buffer, start, end)
    reader = _Reader(buffer[start : min(block_end, start + limits.HEADER_BLOCK_BYTES)].rstrip(b"\r"))
    if start + limits.HEADER_BLOCK_BYTES < block_end:
        reader.unread.append("The header block is longer than 1 MB: its end was not read.")
    consumed = reader.read()
    if consumed is not None:
        body_start = start + consumed
    return HeaderBlock(
        tuple(reader.fields),
        body_start,
        (*defects, *dict.fromkeys(reader.defects)),
        tuple(dict.fromkeys(reader.unread)),
        b"\n".join(reader.passed_over),
    )


def _block_end(buffer: bytes, start: int, end: int) -> tuple[int, int]:
    """Return where the header block ends and the body begins.

    Two CRs are an empty line only where no line ends with LF.
    """
    pattern = _BLANK_LINE if buffer.find(b"\n", start, end) >= 0 else _BLANK_LINE_OF_RETURNS
    blank = pattern.search(buffer, start, end)
    return (blank.start(), blank.end()) if blank else (end, end)


class _Reader:
    """Reads the fields of one header block."""

    def __init__(self, block: bytes) -> None:
        self.fields: list[tuple[str, bytes]] = []
        self.defects: list[str] = []
        self.unread: list[str] = []
        self.passed_over: list[bytes] = []
        self._block = block
        self._others = 0
        self._boundaries: set[bytes] = set()
        self._is_base64 = False

    def read(self) -> int | None:
        """Read the block, and return the position where the body begins if a line that is no field begins it."""
        block = self._block
        # Nearly all headers have no CR but before LF, where the end of a field is found in a fraction of the time.
        is_plain = block.count(b"\r") == block.count(b"\r\n")
        field_end = _PLAIN_FIELD_END if is_plain else _FIELD_END if b"\n" in block else _FIELD_END_BY_RETURN
        last_known = 0
        known_until = -1
        position = 0
        while position < len(block):
            match = field_end.search(block, position)
            line_end, following = (match.start(), match.end()) if match else (len(block), len(block))
            if match and block.startswith(b"\r", line_end) and b"\n" not in match[0]:
                self.defects.append("Header lines end with a bare carriage return.")
            line = block[position:line_end]
            if is_plain:
                line = line.removesuffix(b"\r")
            if not self._field(line) and not self._continues(line):
                if known_until < 0:
                    known_until = 0
                    for known in _KNOWN.finditer(block, position):
                        last_known = known.start()
                if self._is_boundary(line) or not (last_known > position or self._is_no_body(line)):
                    self.defects.append("A line in the header is no field: the body was taken to begin there.")
                    return position
                if line:
                    self.passed_over.append(line)
                if not self._is_ornament(line):
                    self.defects.append("A line in the header is no field: it was passed over.")
            position = following
        return None

    def _field(self, line: bytes) -> bool:
        """Add a line, with its continuations, if it is a field; return whether it is."""
        raw_name, colon, value = line.partition(b":")
        names = (_known_name(raw_name) if len(raw_name) < _SHORT_NAME else _names(raw_name)) if colon else None
        if names is None:
            return False
        text, lower = names
        if lower not in _SHOWN:
            self._others += 1
            if self._others > limits.HEADERS:
                self.unread.append(f"Only the first {limits.HEADERS:,} header fields were read.")
                return True
            if len(value) > limits.HEADER_BYTES:
                value = value[: limits.HEADER_BYTES]
                self.defects.append(f"The header field {text[:60]} was cut at 16 KB.")
        unfolded = value.translate(None, _LINE_BREAKS)
        self.fields.append((text, unfolded.strip(b" \t")))
        if lower == "content-transfer-encoding":
            self._is_base64 = b"base64" in unfolded.lower()
        if lower == "content-type":
            self._boundaries.update(name.strip() for name in _BOUNDARY.findall(unfolded))
        return True

    def _is_boundary(self, line: bytes) -> bool:
        """Return whether the line is the boundary of this multipart, whose empty line before the body is missing."""
        return line.startswith(b"--") and line[2:].strip() in self._boundaries

    def _continues(self, line: bytes) -> bool:
        """Add a line to the Content-* field before it, if it is a parameter that lost the blank before it."""
        if not self.fields or not _PARAMETER.match(line):
            return False
        name, value = self.fields[-1]
        if not value.endswith(b";") or not name.lower().startswith("content-"):
            return False
        self.fields[-1] = (name, value + b" " + line.translate(None, _LINE_BREAKS).strip())
        self.defects.append("A folded line in the header lacks the blank before it.")
        return True

    def _is_no_body(self, line: bytes) -> bool:
        return self._is_ornament(line) or (self._is_base64 and not _BASE64.fullmatch(line))

    def _is_ornament(self, line: bytes) -> bool:
        """Return whether the line is the `From ` line of an mbox, which is no field and no body."""
        return line.startswith((b"From ", b">From ")) and (not self.fields or b"@" in line)


def _names(raw_name: bytes) -> tuple[str, str] | None:
    """Return what stands before a colon as the name of a field, as it is written and in lower case, if it is one."""
    name = raw_name.replace(b"\x00", b"").rstrip(b" \t")
    if not _NAME.fullmatch(name):
        return None
    text = name.decode("ascii")[: limits.NAME_CHARACTERS]
    return text, text.lower()


# The same names stand in all mail.
_known_name = lru_cache(maxsize=2_048)(_names)
