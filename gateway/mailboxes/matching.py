"""Whether a copy in a mailbox is the stored message: the same bytes, beneath what servers put on top."""

import re

_LINE_END = re.compile(rb"\r\n?")
MOST_ON_TOP = 64_000
"""Bytes of trace fields that delivery may have put on top of a message, at most."""


def is_copy_of(found: bytes, raw: bytes) -> bool:
    """Return whether `found` is `raw` with header fields on top.

    Line ends don't count, nor does the last one: IMAP and SMTP end every line in CRLF, whatever a file has.
    """
    there, stored = _lines(found), _lines(raw)
    on_top = there[: len(there) - len(stored)] if len(there) > len(stored) else b""
    if len(on_top) > MOST_ON_TOP or not there.endswith(stored):
        return False
    # A blank line on top would make the message the body of another one.
    return not on_top or (on_top.endswith(b"\n") and b"\n\n" not in on_top and not on_top.startswith(b"\n"))


def sizes_of_copies(raw: bytes) -> tuple[int, int]:
    """Return the smallest and the largest size in bytes that a copy of `raw` can have with CRLF line ends."""
    lines = _lines(raw)
    size = len(lines) + lines.count(b"\n")
    # The last line end may be missing.
    return max(size - 2, 0), size + MOST_ON_TOP


def _lines(content: bytes) -> bytes:
    lines = _LINE_END.sub(b"\n", content)
    return lines if not lines or lines.endswith(b"\n") else lines + b"\n"
