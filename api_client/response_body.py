"""Read a response body within limits of size and time."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from api_client.errors import ResponseInvalid

ENCODINGS = {"", "identity", "gzip", "deflate"}
"""Content encodings that are accepted. Others could expand without a bound in one decompression step."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Maximum size of a body, in bytes after decompression, and maximum time to read it, in seconds."""

    body_bytes: int = 64 * 1024 * 1024
    body_seconds: float = 120.0


def receive(
    response: httpx.Response, operation: str, write: bool, limits: Limits, monotonic: Callable[[], float]
) -> bytes:
    """Read the whole body and close the response.

    Raise ResponseInvalid if the body is too large or has another encoding, and httpx.ReadTimeout if reading takes too
    long. Errors that httpx raises for a broken connection propagate.
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
    # A list of parts that is joined at the end would hold the body twice.
    whole = io.BytesIO()
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
        whole.write(part)
    return whole.getvalue()
