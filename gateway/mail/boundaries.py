"""Find the parts of a multipart by its boundary (RFC 2046 5.1.1), as offsets."""

import re
from dataclasses import dataclass, field
from typing import Final

from gateway.mail import limits

Region = tuple[int, int]
# A line that looks like a boundary, with the header of a part behind it.
_LIKELY: Final = re.compile(
    rb"(?:\A|(?<=[\r\n]))--([^\r\n]{1,250}+)(?:\r{0,2}\n|\r)content-[a-z-]{1,40}+[ \t]{0,8}:", re.IGNORECASE
)


@dataclass(slots=True)
class Regions:
    """The (start, end) of each part.

    `closed` says whether the closing boundary was found, `goes_on` whether parts follow behind it, `cut` whether the
    body has more boundaries than were looked at.
    """

    parts: list[Region] = field(default_factory=list)
    closed: bool = True
    goes_on: bool = False
    cut: bool = False


def regions(buffer: bytes, start: int, end: int, boundary: str) -> Regions:
    """Return the parts that the boundary marks in buffer[start:end].

    The line break before a boundary belongs to the boundary. Blanks behind it are padding. What stands behind the
    closing boundary is no part, but a boundary behind it begins one for some mail programs.
    """
    name = re.escape(boundary.encode("utf-8", "surrogateescape"))
    delimiter = re.compile(rb"--" + name + rb"(--)?[ \t]*+(?:\r{0,2}\n|\r|\Z)")
    found = Regions()
    opened: int | None = None
    has_closed = False
    for count, match in enumerate(delimiter.finditer(buffer, start, end)):
        if match.start() > 0 and buffer[match.start() - 1] not in b"\r\n":
            continue
        if count >= limits.BOUNDARIES:
            found.cut = True
            break
        if opened is not None:
            found.parts.append((opened, max(opened, _without_line_break(buffer, match.start()))))
            found.goes_on = found.goes_on or has_closed
        opened = None if match[1] else match.end()
        has_closed = has_closed or bool(match[1])
    if opened is not None:
        found.parts.append((opened, end))
        found.goes_on = found.goes_on or has_closed
        found.closed = has_closed
    return found


def guess_boundary(buffer: bytes, start: int, end: int) -> str | None:
    """Return the boundary that the body itself shows: its first line of `--` and a name before a part's header."""
    match = _LIKELY.search(buffer, start, end)
    return match[1].rstrip(b" \t").decode("utf-8", "surrogateescape") if match else None


def _without_line_break(buffer: bytes, end: int) -> int:
    if buffer[max(0, end - 2) : end] == b"\r\n":
        return end - 2
    return end - 1 if buffer[max(0, end - 1) : end] in {b"\n", b"\r"} else end
