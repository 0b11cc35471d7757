"""Read a response body within limits of size and time."""

from __future__ import annotations

import mmap
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from api_client.errors import ResponseInvalid

_FIRST_BYTES = 64 * 1024
ENCODINGS = {"", "identity", "gzip", "deflate"}
"""Content encodings that are accepted. Others could expand without a bound in one decompression step."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Maximum size of a body, in bytes after decompression, and maximum time to read it, in seconds."""

    body_bytes: int = 64 * 1024 * 1024
    body_seconds: float = 120.0


def receive(
    response: httpx.Response, operation: str, write: bool, limits: Limits, monotonic: Callable[[], float]
) -> memoryview:
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
) -> memoryview:
    whole = _Memory()
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
    return whole.content()


class _Memory:
    """Grows by mapped pages, which the system gets back when the body is no longer used.

    Memory of the allocator would stay with the process: after a few bodies of many megabytes, several times as much.
    """

    def __init__(self) -> None:
        self._pages = mmap.mmap(-1, _FIRST_BYTES)
        self._size = 0

    def write(self, part: bytes) -> None:
        """Append a part."""
        end = self._size + len(part)
        if end > len(self._pages):
            larger = mmap.mmap(-1, max(end, 2 * len(self._pages)))
            larger[: self._size] = self._pages[: self._size]
            self._pages.close()
            self._pages = larger
        self._pages[self._size : end] = part
        self._size = end

    def content(self) -> memoryview:
        """Return what was written."""
        return memoryview(self._pages)[: self._size]
