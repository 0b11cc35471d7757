"""The id of the request or task under way: in the log lines, in the audit trail, and in the answer's header."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

HEADER = "X-Request-ID"
_ACCEPTED = re.compile(r"[A-Za-z0-9._:-]{8,64}")
_current: ContextVar[str] = ContextVar("gatehouse_request_id", default="")


def current_request_id() -> str:
    """Return the id of the request or task under way, or an empty string outside of both."""
    return _current.get()


def new_request_id() -> str:
    """Return a new id: 32 hexadecimal digits."""
    return secrets.token_hex(16)


def accepted(value: str) -> str:
    """Return the id that a trusted proxy sent, or an empty string if it isn't one: 8 to 64 letters, digits, `._:-`."""
    return value if _ACCEPTED.fullmatch(value) else ""


def set_request_id(value: str) -> None:
    """Use an id from now on, in this thread."""
    _current.set(value)


@contextmanager
def request_id(value: str) -> Iterator[str]:
    """Use an id while the block runs."""
    token = _current.set(value)
    try:
        yield value
    finally:
        _current.reset(token)
