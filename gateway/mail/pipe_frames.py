"""Length-prefixed frames on a pipe: the length in four bytes, big endian, then that many bytes."""

import os
import select
import struct
import time
from typing import BinaryIO, Final

LONGEST: Final = 512 * 1024 * 1024
_LENGTH: Final = struct.Struct(">I")
_CHUNK: Final = 1 << 20


class PipeClosed(Exception):
    """The other side closed the pipe, or a frame is too long."""


class TimedOut(Exception):
    """The other side did not answer, or did not read the bytes, before the deadline."""


def write_blocking(stream: BinaryIO, payload: bytes) -> None:
    """Write one frame and flush it."""
    stream.write(_LENGTH.pack(len(payload)) + payload)
    stream.flush()


def read_blocking(stream: BinaryIO) -> bytes | None:
    """Return the next frame, or None if the stream ends before the frame is complete."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    payload = stream.read(length)
    return payload if len(payload) == length else None


def write_until(descriptor: int, payload: bytes, deadline: float) -> None:
    """Write one frame to a non-blocking descriptor.

    `deadline` is a `time.monotonic` time. Raise TimedOut if the deadline passes, PipeClosed if the other side closed
    the pipe.
    """
    view = memoryview(_LENGTH.pack(len(payload)) + payload)
    while view:
        try:
            view = view[os.write(descriptor, view[:_CHUNK]) :]
        except BlockingIOError:
            _wait(descriptor, deadline, for_write=True)
        except OSError as error:
            raise PipeClosed from error


def read_until(descriptor: int, deadline: float) -> bytes:
    """Return the next frame from a non-blocking descriptor.

    `deadline` is a `time.monotonic` time. Raise TimedOut if the deadline passes, PipeClosed if the other side closed
    the pipe or the frame is too long.
    """
    (length,) = _LENGTH.unpack(_read_exactly(descriptor, _LENGTH.size, deadline))
    if length > LONGEST:
        raise PipeClosed
    return _read_exactly(descriptor, length, deadline)


def _read_exactly(descriptor: int, wanted: int, deadline: float) -> bytes:
    received = bytearray()
    while len(received) < wanted:
        try:
            chunk = os.read(descriptor, min(_CHUNK, wanted - len(received)))
        except BlockingIOError:
            _wait(descriptor, deadline, for_write=False)
            continue
        except OSError as error:
            raise PipeClosed from error
        if not chunk:
            raise PipeClosed
        received += chunk
    return bytes(received)


def _wait(descriptor: int, deadline: float, *, for_write: bool) -> None:
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise TimedOut
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT if for_write else select.POLLIN)
    if not poll.poll(remaining * 1000):
        raise TimedOut
