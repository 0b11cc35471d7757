"""Raw mail: stores the exact bytes of messages, compressed and content-addressed, in the storage `raw_mail`."""

import hashlib
import io
import os
from contextlib import suppress

import zstandard
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from gateway.models import RawMail

LEVEL = 6


class RawMailMissing(OSError):
    """The file of a `RawMail` row is missing or damaged."""


def raw_storage() -> Storage:
    """Return the storage that contains raw mail."""
    return storages["raw_mail"]


def write_raw(raw: bytes) -> RawMail:
    """Store `raw` and return its unsaved row. Bytes that are stored already are not written again."""
    digest = hashlib.sha256(raw).hexdigest()
    name = f"{digest[:2]}/{digest[2:4]}/{digest}.zst"
    storage = raw_storage()
    if not _is_whole(storage, name, len(raw)):
        if storage.exists(name):
            storage.delete(name)
        name = storage.save(name, ContentFile(zstandard.ZstdCompressor(level=LEVEL).compress(raw)))
        _sync(storage, name)
    return RawMail(sha256=digest, size=len(raw), file=name)


def _is_whole(storage: Storage, name: str, size: int) -> bool:
    """Return whether the file contains a complete frame. A process that died while writing leaves a truncated one."""
    try:
        with storage.open(name) as file:
            content = file.read()
        if len(zstandard.ZstdDecompressor().decompress(content, max_output_size=size + 1)) != size:
            return False
        _claim(storage, name)
    except (FileNotFoundError, zstandard.ZstdError):
        return False
    return True


def _claim(storage: Storage, name: str) -> None:
    """Set the file's time to now: retention leaves files alone that were used lately, whose row is yet to come.

    :raises FileNotFoundError: retention has just taken it away.
    """
    with suppress(NotImplementedError):
        os.utime(storage.path(name))


def _sync(storage: Storage, name: str) -> None:
    """Sync a file to disk if the storage is the local file system. Mail is acknowledged only after that."""
    try:
        path = storage.path(name)
    except NotImplementedError:
        return
    for target in (path, os.path.dirname(path)):
        descriptor = os.open(target, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read_raw(row: RawMail) -> bytes:
    """Return the exact bytes of a message. Raise RawMailMissing if the file is missing or damaged."""
    try:
        with raw_storage().open(row.file) as file:
            file.seek(row.offset)
            content = file.read(row.length) if row.length is not None else file.read()
        raw = zstandard.ZstdDecompressor().decompress(content, max_output_size=max(row.size, 1))
    except (FileNotFoundError, zstandard.ZstdError) as error:
        raise RawMailMissing(f"raw mail {row.sha256} can't be read: {error}") from error
    if hashlib.sha256(raw).hexdigest() != row.sha256:
        raise RawMailMissing(f"raw mail {row.sha256} isn't what was stored")
    return raw


class Pack:
    """Many messages in one file, each in its own frame. `make_mail` uses it to write thousands of messages a second."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._buffer = io.BytesIO()
        self._compressor = zstandard.ZstdCompressor(level=1)
        self._rows: list[RawMail] = []

    def add(self, raw: bytes) -> RawMail:
        """Append a message and return its unsaved row. `save` sets the row's `file`."""
        frame = self._compressor.compress(raw)
        row = RawMail(
            sha256=hashlib.sha256(raw).hexdigest(), size=len(raw), offset=self._buffer.tell(), length=len(frame)
        )
        self._buffer.write(frame)
        self._rows.append(row)
        return row

    def save(self) -> None:
        """Write the file and set its final name on the rows."""
        storage = raw_storage()
        name = storage.save(self.name, ContentFile(self._buffer.getvalue()))
        _sync(storage, name)
        for row in self._rows:
            row.file = name
