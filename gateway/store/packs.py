"""Packs: many messages in one file of raw mail, each in a frame of its own, so that one sync is enough for all of them.

A pack is written once, under a name that nobody else uses, and never changed. Names begin with the day of writing. If
the process dies before the rows that name it are stored, the pack is left without rows, and retention removes it
(`gateway.retention.packs`).
"""

import hashlib
import io
import secrets
from datetime import UTC, datetime
from typing import Final

import zstandard
from django.core.files.base import ContentFile

from gateway.models import RawMail
from gateway.store.raw_mail import LEVEL, raw_storage, sync

FOLDER: Final = "packs"


def is_pack(file: str) -> bool:
    """Return whether the file of a row is a pack."""
    return file.startswith(f"{FOLDER}/")


class Pack:
    """A pack that is being made, in memory. `size` is what it holds, in bytes."""

    def __init__(self, *, level: int = LEVEL) -> None:
        self._buffer = io.BytesIO()
        self._compressor = zstandard.ZstdCompressor(level=level)
        self._rows: list[RawMail] = []

    @property
    def size(self) -> int:
        return self._buffer.tell()

    def add(self, raw: bytes) -> RawMail:
        """Append a message and return its unsaved row. `save` sets the row's `file`."""
        row = RawMail(sha256=hashlib.sha256(raw).hexdigest(), size=len(raw))
        self.add_frame(row, self._compressor.compress(raw))
        return row

    def add_frame(self, row: RawMail, frame: bytes) -> None:
        """Append a message that is compressed already. The row gets its place now, and its `file` from `save`."""
        row.offset, row.length = self._buffer.tell(), len(frame)
        self._buffer.write(frame)
        self._rows.append(row)

    def save(self) -> None:
        """Write the file, sync it, and set its name on the rows.

        :raises OSError: the file could not be written. Then no row may be stored.
        """
        if not self._rows:
            return
        storage = raw_storage()
        wanted = f"{FOLDER}/{datetime.now(UTC):%Y%m%d}/{secrets.token_hex(6)}.zst"
        name = storage.save(wanted, ContentFile(self._buffer.getvalue()))
        sync(storage, name)
        for row in self._rows:
            row.file = name
