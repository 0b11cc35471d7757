"""Reads one request with bounds on its size and on the time that it takes, before a thread works on it."""

import time
from collections.abc import Callable
from typing import Any, Final

from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser
from waitress.utilities import BadRequest

from dashboard.web_server.body_limits import ORDINARY, largest_body
from dashboard.web_server.refusals import Refusal, busy, no_room, too_large

LARGEST_HEAD: Final = 32 * 1024
"""Largest request line and header fields together, in bytes."""
_HEAD_SECONDS: Final = 15.0
_BODY_SECONDS: Final = 30.0
_BODY_BYTES_A_SECOND: Final = 16 * 1024
# What chunked encoding may hold besides the chunks.
_LONGEST_CHUNK_LINE: Final = 1024
_LONGEST_TRAILER: Final = 8 * 1024


class Refused(BadRequest):  # type: ignore[misc]
    """The error of a request that is answered with a `Refusal`. It has the interface of waitress' errors."""

    def __init__(self, refusal: Refusal, path: str) -> None:
        super().__init__(refusal.text)
        self.refusal = refusal
        self.code = refusal.status
        self.path = path

    def to_response(self, _ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        """Return status line, header fields and body."""
        headers, body = self.refusal.answer(self.path)
        return f"{self.refusal.status} {self.refusal.reason}", headers, body


class BoundedRequest(HTTPRequestParser):  # type: ignore[misc]
    """One request while it is received.

    `may_take` is asked with the number of bytes of a large body, and says whether the process takes it now.
    """

    # waitress declares these as class attributes, without types.
    error: Any
    completed: bool
    body_rcv: Any
    body_bytes_received: int

    def __init__(self, adj: Adjustments, may_take: Callable[[int], bool]) -> None:
        super().__init__(adj)
        self.started = self.body_started = time.monotonic()
        self.may_take = may_take
        self.most = ORDINARY
        self.reserved = 0
        """Bytes of a large body that count against what all requests of the process may hold."""

    def received(self, data: bytes) -> int:
        """Take what was received; set `error` and `completed` as soon as a bound is passed."""
        try:
            consumed: int = super().received(data)
        except OSError:
            self._refuse(no_room())
            return len(data)
        if self.error is not None or self.body_rcv is None:
            return consumed
        if self.body_bytes_received > self.most:
            self._refuse(too_large(self.most))
        elif not self.completed and self.chunked and self._has_long_chunk_lines():
            self.error = BadRequest("A line of the chunked body is too long")
            self.completed = True
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the head, and refuse a body that is declared too large before any of it is stored."""
        super().parse_header(header_plus)
        self.body_started = time.monotonic()
        if self.body_rcv is None:
            return
        self.most = largest_body(self.path)
        if self.content_length > self.most:
            self._refuse(too_large(self.most))
            return
        expected = self.most if self.chunked else self.content_length
        if expected > ORDINARY:
            if not self.may_take(expected):
                self._refuse(busy())
            else:
                self.reserved = expected

    def is_overdue(self, now: float) -> bool:
        """Return whether the request takes too long: its head in all, its body at less than 16 KiB a second."""
        if not self.headers_finished:
            return now > self.started + _HEAD_SECONDS
        return now > self.body_started + _BODY_SECONDS + self.body_bytes_received / _BODY_BYTES_A_SECOND

    def _refuse(self, refusal: Refusal) -> None:
        self.close()
        # Without these, waitress would go on to read the body, or send "100 Continue" for it.
        self.body_rcv, self.content_length, self.expect_continue = None, 0, False
        self.error = Refused(refusal, self.path)
        self.completed = True

    def _has_long_chunk_lines(self) -> bool:
        receiver = self.body_rcv
        return len(receiver.control_line) > _LONGEST_CHUNK_LINE or len(receiver.trailer) > _LONGEST_TRAILER
