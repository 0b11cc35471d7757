"""Reads what follows DATA: finds its end, and takes away the dots that the sender added (RFC 5321 4.5.2).

Each byte is looked at a fixed number of times, whatever the lines are like. Only CR LF ends a line: servers that take
other line ends as well let a sender smuggle a second message into the first.
"""

from typing import Final

_END: Final = b"\r\n.\r\n"
_LONGEST_BEGINNING: Final = len(_END) - 1


class DataLines:
    """The lines of one message while they arrive. `longest_line` is the longest one seen so far, in bytes."""

    def __init__(self) -> None:
        # The end is recognised by the line end before it, and an empty message has none. So one stands before it all.
        self._kept = b"\r\n"
        self._is_first = True
        self._line = 0
        self.longest_line = 0
        self.rest: bytes | None = None
        """What follows the end of the message, or None as long as it has not ended."""

    def feed(self, part: bytes) -> bytes:
        """Return what is certain of the message after another part has arrived. At the end, `rest` is set."""
        received = self._kept + part
        end = received.find(_END)
        if end >= 0:
            content, self._kept, self.rest = received[: end + 2], b"", received[end + len(_END) :]
        else:
            kept = _beginning_of_end(received)
            content, self._kept = received[: len(received) - kept], received[len(received) - kept :]
        self._measure(content)
        content = content.replace(b"\r\n.", b"\r\n")
        if self._is_first and content:
            content, self._is_first = content[2:], False
        return content

    def _measure(self, content: bytes) -> None:
        """Measure the lines. A part is shorter than the longest line that is accepted, so its inner lines are too."""
        first, last = content.find(b"\r\n"), content.rfind(b"\r\n")
        if first < 0:
            self._line += len(content)
        else:
            self.longest_line = max(self.longest_line, self._line + first)
            self._line = len(content) - last - 2
        self.longest_line = max(self.longest_line, self._line)


def _beginning_of_end(received: bytes) -> int:
    """Return how many of the last bytes may be the beginning of the end."""
    for count in range(min(_LONGEST_BEGINNING, len(received)), 0, -1):
        if received.endswith(_END[:count]):
            return count
    return 0
