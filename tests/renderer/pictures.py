"""Reading the pictures that the renderer draws: enough of PNG for 8-bit RGB(A)."""

import struct
import zlib


def size(png: bytes) -> tuple[int, int]:
    """Return width and height in pixels."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", png[16:24])


def colours(png: bytes) -> set[tuple[int, int, int]]:
    """Return the colours that occur in the picture."""
    width, height = size(png)
    depth, kind = png[24], png[25]
    assert (depth, kind) in {(8, 2), (8, 6)}
    channels = 3 if kind == 2 else 4
    data, place = b"", 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            data += png[place + 8 : place + 8 + length]
        place += 12 + length
    lines = zlib.decompress(data)
    stride = width * channels
    previous, found = bytearray(stride), set()
    for row in range(height):
        start = row * (stride + 1)
        previous = _unfiltered(lines[start], bytearray(lines[start + 1 : start + 1 + stride]), previous, channels)
        found.update(tuple(previous[at : at + 3]) for at in range(0, stride, channels))
    return found


def _unfiltered(kind: int, line: bytearray, above: bytearray, channels: int) -> bytearray:
    for at in range(len(line)):
        left = line[at - channels] if at >= channels else 0
        corner = above[at - channels] if at >= channels else 0
        if kind == 1:
            line[at] = (line[at] + left) & 255
        elif kind == 2:
            line[at] = (line[at] + above[at]) & 255
        elif kind == 3:
            line[at] = (line[at] + (left + above[at]) // 2) & 255
        elif kind == 4:
            line[at] = (line[at] + _paeth(left, above[at], corner)) & 255
    return line


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((left, above, corner), key=lambda value: abs(guess - value))
