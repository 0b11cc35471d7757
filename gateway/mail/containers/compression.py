"""Decompress in bounded steps: what a few bytes unfold to is only ever held up to a limit."""

import bz2
import io
import lzma
import zlib
from collections.abc import Callable
from typing import Any, Final

_CHUNK: Final = 65_536
_MOST_STREAMS: Final = 1_000
_LZMA_MEMORY: Final = 256_000_000
_ZSTD_WINDOW: Final = 128_000_000


def _lzma() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(memlimit=_LZMA_MEMORY)


_STREAMS: Final[dict[str, Callable[[], Any]]] = {
    "deflate": lambda: zlib.decompressobj(-zlib.MAX_WBITS),
    "gzip": lambda: zlib.decompressobj(zlib.MAX_WBITS + 16),
    "zlib": zlib.decompressobj,
    "bzip2": bz2.BZ2Decompressor,
    "xz": _lzma,
}


class TooManyStreams(Exception):
    """Compressed data consists of more than 1,000 streams in a row."""


def unpack(kind: str, data: bytes | memoryview, most: int) -> bytes:
    """Return at most `most` bytes of the content, all streams in a row; what comes before damage counts.

    `kind` is deflate, gzip, zlib, bzip2, xz (or LZMA alone) or zstd. Raise TooManyStreams if
    there are more than 1,000 of them.
    """
    if kind == "zstd":
        return _zstd(data, most)
    output = _Output(most)
    try:
        place = 0
        for _stream in range(_MOST_STREAMS):
            place = _one_stream(_STREAMS[kind](), data, place, output)
            if place >= len(data) or output.room <= 0 or kind in {"deflate", "zlib"}:
                break
        else:
            raise TooManyStreams
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError):
        # Damaged from here on: unpackers write out what came before.
        return output.joined()
    return output.joined()


class _Output:
    """The bytes so far, and the room that is left for more."""

    def __init__(self, room: int) -> None:
        self.room = room
        self._pieces: list[bytes] = []

    def add(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self.room -= len(piece)

    def joined(self) -> bytes:
        return b"".join(self._pieces)


def _one_stream(stream: Any, data: bytes | memoryview, place: int, output: _Output) -> int:
    """Decompress one stream in chunks, and return where it ended."""
    while place < len(data) and not stream.eof and output.room > 0:
        waiting = data[place : place + _CHUNK]
        place += len(waiting)
        while output.room > 0 and not stream.eof:
            output.add(stream.decompress(waiting, output.room))
            # zlib hands back what it did not take; bz2 and lzma keep it and want nothing more yet.
            waiting = getattr(stream, "unconsumed_tail", b"")
            if not waiting and getattr(stream, "needs_input", True):
                break
    return place - len(stream.unused_data)


def _zstd(data: bytes | memoryview, most: int) -> bytes:
    import zstandard

    with zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).stream_reader(
        io.BytesIO(data), read_across_frames=True
    ) as reader:
        pieces: list[bytes] = []
        try:
            while most > 0 and (piece := reader.read(min(most, 16 * _CHUNK))):
                pieces.append(piece)
                most -= len(piece)
        except zstandard.ZstdError:
            # As above.
            return b"".join(pieces)
        return b"".join(pieces)
