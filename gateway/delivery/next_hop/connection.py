"""One connection to a mail server: commands out, bounded replies in, and a time limit for each step."""

from __future__ import annotations

import select
import socket
import ssl
import time
from dataclasses import dataclass

from gateway.delivery.next_hop.results import NextHopDown, Reply

LONGEST_LINE = 4096
MOST_LINES = 200
BLOCK = 64 * 1024


@dataclass(frozen=True)
class TimeLimits:
    """Seconds for each step, close to RFC 5321 4.5.3.2. `message` is for all blocks of one message together."""

    connect: float = 30.0
    greeting: float = 120.0
    command: float = 120.0
    block: float = 120.0
    message: float = 1800.0
    end: float = 600.0
    quit: float = 3.0


class Connection:
    """A connection. Every method raises NextHopDown if the server is too slow, says nonsense, or is gone."""

    def __init__(self, host: str, port: int, limits: TimeLimits) -> None:
        self.limits = limits
        self._buffer = b""
        try:
            self._socket: socket.socket = socket.create_connection((host, port), timeout=limits.connect)
        except (OSError, UnicodeError) as error:
            raise NextHopDown(f"can't connect to {host} port {port}: {_why(error)}") from error

    def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Encrypt the connection. What the server said in plain text ahead of it is not believed (CVE-2011-0411)."""
        if self._buffer:
            raise NextHopDown("the server went on in plain text after STARTTLS")
        self._socket.settimeout(self.limits.command)
        try:
            self._socket = context.wrap_socket(self._socket, server_hostname=host)
        except (OSError, ValueError) as error:
            raise NextHopDown(f"TLS with {host} failed: {_why(error)}") from error

    def command(self, line: str, seconds: float | None = None) -> Reply:
        """Send a command and return its reply."""
        if "\r" in line or "\n" in line:
            raise ValueError("a command is one line")
        self.write(line.encode("utf-8", "surrogateescape") + b"\r\n", self.limits.command)
        return self.reply(self.limits.command if seconds is None else seconds)

    def write(self, data: bytes, seconds: float) -> None:
        """Send bytes within a time."""
        self._socket.settimeout(max(seconds, 0.01))
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise NextHopDown(f"the connection was lost while sending: {_why(error)}") from error

    def write_message(self, data: bytes) -> None:
        """Send a message in blocks: each has its time, and all of them have one."""
        end = time.monotonic() + self.limits.message
        for start in range(0, len(data), BLOCK):
            left = end - time.monotonic()
            if left <= 0:
                raise NextHopDown("the server took the message too slowly")
            self.write(data[start : start + BLOCK], min(self.limits.block, left))

    def reply(self, seconds: float) -> Reply:
        """Read one reply, all of whose lines have to come within a time."""
        end = time.monotonic() + seconds
        lines: list[str] = []
        while len(lines) < MOST_LINES:
            line = self._line(end)
            if not line[:3].isdigit() or line[3:4] not in (b"", b" ", b"-"):
                raise NextHopDown("the server's reply is no reply of SMTP")
            lines.append(line[4:].decode("utf-8", "replace"))
            if line[3:4] != b"-":
                return Reply(int(line[:3]), tuple(lines))
        raise NextHopDown("the server's reply has too many lines")

    def _line(self, end: float) -> bytes:
        while b"\n" not in self._buffer:
            if len(self._buffer) > LONGEST_LINE:
                raise NextHopDown("the server's reply has a line that is too long")
            left = end - time.monotonic()
            if left <= 0:
                raise NextHopDown("the server did not answer in time")
            self._socket.settimeout(left)
            try:
                part = self._socket.recv(LONGEST_LINE)
            except TimeoutError:
                raise NextHopDown("the server did not answer in time") from None
            except OSError as error:
                raise NextHopDown(f"the connection was lost: {_why(error)}") from error
            if not part:
                raise NextHopDown("the server closed the connection")
            self._buffer += part
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.rstrip(b"\r")

    def is_quiet(self) -> bool:
        """Return whether the server has neither closed the connection nor said anything since its last reply."""
        if self._buffer:
            return False
        try:
            readable, _, _ = select.select([self._socket], [], [], 0)
        except (OSError, ValueError):
            return False
        return not readable

    def close(self) -> None:
        """Close the connection at once."""
        self._socket.close()


def _why(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return str(getattr(error, "strerror", "") or error or type(error).__name__)
