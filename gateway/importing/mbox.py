"""Split an mbox into its messages. mbox has no standard: RFC 4155 describes what most writers do."""

import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_CANDIDATE: Final = re.compile(rb"From ([^\r\n]{0,600})(?:\r?\n|\r|\Z)")
_CANDIDATES: Final = re.compile(rb"(?<=[\r\n])" + _CANDIDATE.pattern)
_MONTH: Final = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
# The date as `ctime` writes it, or as RFC 5322 does. Some writers leave out the time of day.
_DATE: Final = re.compile(
    rb"(?:\A|(?<=[ \t]))(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?[ \t]{1,4}"
    + _MONTH
    + rb"[ \t]{1,4}\d{1,2}|(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?[ \t]{1,4})?\d{1,2}[ \t]{1,4}"
    + _MONTH
    + rb"),?[ \t][^\r\n]{0,60}?\d{4}(?!\d)"
)
_FIELD: Final = re.compile(rb"[!-9;-~]{1,80}[ \t]{0,4}:")
_START: Final = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]{0,1000}")
_BOUNDARY: Final = re.compile(rb"boundary[ \t]{0,4}=[ \t]{0,4}\"?([^\s\";]{1,200})", re.IGNORECASE)
_BLANK_LINE: Final = re.compile(rb"\n\r?\n|\r\r(?!\n)")
_IN_BRACKETS: Final = re.compile(rb"<([^<>\s]{1,320})>")
_LONGEST_HEADER: Final = 65_536
_FURTHEST_CLOSE: Final = 5_000_000
_MOST_OPEN: Final = 1_000


@dataclass(frozen=True, slots=True)
class Piece:
    """One message of an mbox, as offsets, and the sender that its separator names."""

    start: int
    end: int
    mail_from: str


def is_mbox(head: bytes) -> bool:
    """Return whether a file that begins with these bytes is an mbox."""
    return _first(head) is not None


def envelope_line(raw: bytes) -> tuple[int, str] | None:
    """Return the length of the `From ` line that a single message begins with, and its sender, or None."""
    match = _CANDIDATE.match(raw)
    return (match.end(), _sender(match[1])) if match and (_DATE.search(match[1]) or b":" in match[1]) else None


def pieces(content: bytes | mmap.mmap) -> Iterator[Piece]:
    """Yield the messages of an mbox, without the separators."""
    line = _first(content)
    lookaheads = 0
    for match in _CANDIDATES.finditer(content, line.end() - 1 if line else len(content)):
        if line is None or not _separates(content, match):
            continue
        boundary = _open_multipart(content, line.end(), match.start())
        if boundary is not None and lookaheads < _MOST_OPEN:
            # A separator within the parts of a multipart is one of an attached mbox.
            if _closes(content, boundary, match.end()):
                continue
            lookaheads += 1
        yield Piece(line.end(), match.start(), _sender(line[1]))
        line = match
    if line is not None:
        yield Piece(line.end(), len(content), _sender(line[1]))


def _first(content: bytes | mmap.mmap) -> re.Match[bytes] | None:
    start = _START.match(content)
    match = _CANDIDATE.match(content, start.end() if start else 0)
    return match if match and _DATE.search(match[1]) else None


def _separates(content: bytes | mmap.mmap, match: re.Match[bytes]) -> bool:
    """Return whether a `From ` line separates messages: if it has a date, and a header field follows.

    The empty line before it is not asked for, since some writers leave it out.
    """
    return _DATE.search(match[1]) is not None and _FIELD.match(content, match.end()) is not None


def _open_multipart(content: bytes | mmap.mmap, start: int, end: int) -> bytes | None:
    """Return the boundary of the message in content[start:end] if it is a multipart that is not closed there."""
    blank = _BLANK_LINE.search(content, start, min(end, start + _LONGEST_HEADER))
    boundary = _BOUNDARY.search(content, start, blank.start()) if blank else None
    if blank is None or boundary is None or content.find(b"--" + boundary[1] + b"--", blank.end(), end) >= 0:
        return None
    return boundary[1]


def _closes(content: bytes | mmap.mmap, boundary: bytes, start: int) -> bool:
    """Return whether the boundary is closed soon behind `start`, and not by another message that declares it."""
    close = content.find(b"--" + boundary + b"--", start, start + _FURTHEST_CLOSE)
    return close >= 0 and not any(other[1] == boundary for other in _BOUNDARY.finditer(content, start, close))


def _sender(line: bytes) -> str:
    """Return the sender before the date of a separator: the address in brackets, else the first word."""
    date = _DATE.search(line)
    words = line[: date.start()] if date else line
    brackets = _IN_BRACKETS.search(words)
    return (brackets[1] if brackets else (words.split() or [b""])[0]).decode("utf-8", "replace")
