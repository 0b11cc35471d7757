"""Taking in an answer's body within limits of size and time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import httpx

from api_client.errors import ResponseInvalid

ENCODINGS = {"", "identity", "gzip", "deflate"}
"""Content encodings that are asked for and taken; others can grow without measure in one step."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a body may be, in bytes after decompression, and how long it may take, in seconds."""

    body_bytes: int = 64 * 1024 * 1024
    body_seconds: float = 120.0


def receive(
    response: httpx.Response, operation: str, write: bool, limits: Limits, monotonic: Callable[[], float]
) -> bytes:
    """Read the whole body and close the response.

    Raises ResponseInvalid when it is too large or encoded in an unwanted way, httpx.ReadTimeout when it drips in for
    too long, and what httpx raises for a broken connection.
    """
    try:
        encoding = response.headers.get("content-encoding", "").strip().lower()
        if encoding not in ENCODINGS:
            raise ResponseInvalid(f"The answer is encoded as {encoding!r}.", operation=operation, outcome_unknown=write)
        return _collect(response, operation, write, limits, monotonic)
    finally:
        response.close()


def _collect(
    response: httpx.Response, operation: str, write: bool, limits: Limits, monotonic: Callable[[], float]
) -> bytes:
    parts: list[bytes] = []
    size = 0
    latest = monotonic() + limits.body_seconds
    for part in response.iter_bytes():
        size += len(part)
        if size > limits.body_bytes:
            raise ResponseInvalid(
                f"The answer is larger than {limits.body_bytes} bytes.", operation=operation, outcome_unknown=write
            )
        if monotonic() > latest:
            raise httpx.ReadTimeout(f"The body was not complete after {limits.body_seconds:g} seconds.")
        parts.append(part)
    return b"".join(parts)
