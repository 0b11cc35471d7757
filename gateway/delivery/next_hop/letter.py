"""A message as it goes over the wire: the stored bytes beneath one trace header."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import cached_property
from ipaddress import ip_address

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9.:_\[\]-]+")
_LINE_START_DOT = re.compile(rb"^\.", re.MULTILINE)
_BARE_LF = re.compile(rb"(?<!\r)\n")
_BARE_CR = re.compile(rb"\r(?!\n)")
_NOT_ASCII = re.compile(rb"[^\x00-\x7f]")


def trace_header(*, helo: str, client_ip: str, by: str, transaction: str, protocol: str, at: datetime) -> bytes:
    """Return the Received field (RFC 5321 4.4) that says how the gateway got the message. `at` is aware."""
    name = _name(helo) or "unknown"
    try:
        address = ip_address(client_ip.partition("%")[0])
        literal = f"[IPv6:{address}]" if address.version == 6 else f"[{address}]"
    except ValueError:
        literal = "unknown"
    lines = (
        f"Received: from {name} ({literal})",
        f"\tby {_name(by) or 'localhost'} with {protocol} id {_name(transaction)};",
        f"\t{format_datetime(at)}",
    )
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _name(text: str) -> str:
    """Return a stranger's name without any sign that means something in a header field."""
    return _NOT_IN_A_NAME.sub("", text)[:255]


@dataclass(frozen=True)
class Letter:
    """A message to send: `raw`, the bytes as they are stored, and the trace `header` that goes on top."""

    header: bytes
    raw: bytes

    @cached_property
    def has_plain_lines(self) -> bool:
        """Whether DATA can carry it as it is: each line ends in CRLF, the last one too."""
        return self.raw.endswith(b"\r\n") and not _BARE_LF.search(self.raw) and not _BARE_CR.search(self.raw)

    @cached_property
    def is_eight_bit(self) -> bool:
        """Whether it has bytes beyond ASCII."""
        return _NOT_ASCII.search(self.raw) is not None

    @property
    def exact(self) -> bytes:
        """The message for BDAT: every byte as it is stored."""
        return self.header + self.raw

    @cached_property
    def lines(self) -> bytes:
        r"""The message for DATA, without its final dot: lines that end in CRLF, dots doubled where a line begins.

        DATA knows CRLF alone (RFC 5321 2.3.8). A bare LF becomes CRLF, as it ends a line for who reads mail. A bare CR
        becomes a blank, so that no server takes `\r.\r` for the end (SMTP smuggling). A last line without an end gets
        one. Nothing else is changed.
        """
        body = self.raw
        if not self.has_plain_lines:
            body = _BARE_LF.sub(b"\r\n", _BARE_CR.sub(b" ", body))
            body += b"" if body.endswith(b"\r\n") or not body else b"\r\n"
        return self.header + _LINE_START_DOT.sub(b"..", body)
