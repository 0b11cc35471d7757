"""Build attachments and MIME parts for samples.

All output is deterministic.
"""

import base64
import gzip
import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_FILES: Final = Path(__file__).parent / "files"
_FIXED_TIME: Final = (2024, 1, 2, 3, 4, 6)
_WIDTH: Final = 76


def stored_file(name: str) -> bytes:
    """Return the content of a file in the `files` folder of this package."""
    return (_FILES / name).read_bytes()


def zip_of(entries: Mapping[str, bytes]) -> bytes:
    """Return a ZIP archive with these entries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(zipfile.ZipInfo(name, _FIXED_TIME), data)
    return buffer.getvalue()


def gzip_of(name: str, data: bytes) -> bytes:
    """Return a gzip stream whose header holds the file's name."""
    buffer = io.BytesIO()
    with gzip.GzipFile(name, "wb", fileobj=buffer, mtime=0) as stream:
        stream.write(data)
    return buffer.getvalue()


def encrypted_zip(name: str, data: bytes, password: bytes) -> bytes:
    """Return a ZIP archive with one uncompressed entry, encrypted with the traditional encryption (APPNOTE 6.1)."""
    checksum = zlib.crc32(data)
    keys = _Keys(password)
    start = hashlib.sha256(name.encode()).digest()[:11] + struct.pack(">I", checksum)[:1]
    body = keys.encrypt(start + data)
    encoded = name.encode("ascii")
    fields = struct.pack("<4HIII2H", 1, 0, 0x18C2, 0x5822, checksum, len(body), len(data), len(encoded), 0)
    local = b"PK\x03\x04" + struct.pack("<H", 20) + fields + encoded + body
    central = b"PK\x01\x02" + struct.pack("<2H", 20, 20) + fields + struct.pack("<3HII", 0, 0, 0, 0, 0) + encoded
    return local + central + b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 1, 1, len(central), len(local), 0)


class _Keys:
    """The three keys of the traditional ZIP encryption, and their update."""

    def __init__(self, password: bytes) -> None:
        self._keys = [0x12345678, 0x23456789, 0x34567890]
        for byte in password:
            self._update(byte)

    def _update(self, byte: int) -> None:
        first, second, third = self._keys
        first = _crc_step(first, byte)
        second = ((second + (first & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        self._keys = [first, second, _crc_step(third, second >> 24)]

    def encrypt(self, data: bytes) -> bytes:
        encrypted = bytearray()
        for byte in data:
            seed = (self._keys[2] | 2) & 0xFFFF
            encrypted.append(byte ^ ((seed * (seed ^ 1) >> 8) & 0xFF))
            self._update(byte)
        return bytes(encrypted)


def _crc_step(value: int, byte: int) -> int:
    """Return the CRC register after one byte, without the inversions that zlib applies before and after."""
    return zlib.crc32(bytes([byte]), value ^ 0xFFFFFFFF) ^ 0xFFFFFFFF


def picture(width: int, height: int, colours: tuple[int, ...]) -> bytes:
    """Return a PNG image of vertical stripes.

    The colours are 0xRRGGBB.
    """
    line = b"\x00" + b"".join(colours[column * len(colours) // width].to_bytes(3, "big") for column in range(width))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(line * height, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def file_part(name: str, media_type: str, data: bytes, *fields: str, disposition: str = "attachment") -> str:
    """Return the source of a MIME part with a file in base64."""
    lines = [
        f'Content-Type: {media_type}; name="{name}"',
        f'Content-Disposition: {disposition}; filename="{name}"',
        "Content-Transfer-Encoding: base64",
        *fields,
    ]
    encoded = base64.b64encode(data).decode("ascii")
    wrapped = "\n".join(encoded[start : start + _WIDTH] for start in range(0, len(encoded), _WIDTH))
    return "\n".join(lines) + "\n\n" + wrapped


def text_part(text: str, subtype: str = "plain") -> str:
    """Return the source of a text MIME part in UTF-8."""
    return f"Content-Type: text/{subtype}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}"


def multipart(subtype: str, boundary: str, *parts: str) -> str:
    """Return the source of a multipart: its Content-Type, a blank line, and its parts."""
    body = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{subtype}; boundary="{boundary}"\n\n{body}--{boundary}--\n'
