"""Raw mail: stores the exact bytes of messages, compressed and content-addressed, in the storage `raw_mail`.

A message that arrives alone has a file of its own, messages that are stored together share a pack (`store.packs`).
"""

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress

import zstandard
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from gateway.models import RawMail
from gateway.store.object_store import object_store
from gateway.store.removed_objects import read_object

LEVEL = 6
DATABASE = "gateway"


class RawMailMissing(OSError):
    """The file of a `RawMail` row is missing or damaged."""


def raw_storage() -> Storage:
    """Return the storage that contains raw mail."""
    return storages["raw_mail"]


def write_raw(raw: bytes) -> RawMail:
    """Store `raw` and return its row, which may be unsaved. Bytes that lie in a file already are not written again.

    :raises OSError: they could not be stored, or a store did not say that they are.
    """
    digest = hashlib.sha256(raw).hexdigest()
    store = object_store("raw_mail")
    if store is not None:
        # Objects are never cut off. One that is written again counts as used lately (gateway/retention/raw_objects.py).
        name = f"{digest[:2]}/{digest[2:4]}/{digest}.zst"
        store.put(name, zstandard.ZstdCompressor(level=LEVEL).compress(raw))
        return RawMail(sha256=digest, size=len(raw), file=name)
    row = RawMail.objects.using(DATABASE).filter(pk=digest).first()
    if row is not None and is_whole(row):
        return row
    name = f"{digest[:2]}/{digest[2:4]}/{digest}.zst"
    storage = raw_storage()
    written = RawMail(sha256=digest, size=len(raw), file=name)
    if not is_whole(written):
        if storage.exists(name):
            storage.delete(name)
        written.file = storage.save(name, ContentFile(zstandard.ZstdCompressor(level=LEVEL).compress(raw)))
        sync(storage, written.file)
    if row is not None:
        # Its file is gone or damaged, and what was just written is the same.
        RawMail.objects.using(DATABASE).filter(pk=digest).update(file=written.file, offset=0, length=None)
    return written


def is_whole(row: RawMail) -> bool:
    """Return whether the bytes of a row are there, and see to it that they stay until the caller has stored the row.

    A process that died while writing leaves a truncated frame.
    """
    try:
        read_raw(row)
        _claim(raw_storage(), row.file)
    except (FileNotFoundError, RawMailMissing):
        return False
    return True


def kept_already(digests: Iterable[str]) -> dict[str, RawMail]:
    """Return the rows of those bytes that are stored and whole, by their SHA-256."""
    found = RawMail.objects.using(DATABASE).in_bulk(list(digests))
    return {digest: row for digest, row in found.items() if is_whole(row)}


def _claim(storage: Storage, name: str) -> None:
    """Set the file's time to now: retention leaves files alone that were used lately, whose row is yet to come.

    :raises FileNotFoundError: retention has just taken it away.
    """
    with suppress(NotImplementedError):
        os.utime(storage.path(name))


def sync(storage: Storage, name: str) -> None:
    """Sync a file to disk if the storage is the local file system. Mail is acknowledged only after that."""
    try:
        path, root = storage.path(name), storage.path("")
    except NotImplementedError:
        return
    _sync(path)
    folder = os.path.dirname(path)
    _sync(folder)
    # The folders above it may be new as well.
    while len(folder) > len(root.rstrip("/")):
        folder = os.path.dirname(folder)
        _sync(folder)


def _sync(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_raw(row: RawMail) -> bytes:
    """Return the exact bytes of a message.

    :raises RawMailMissing: the file is missing or damaged.
    :raises OSError: the disk or the object store can't be read (StorageUnreachable): nothing is known of the file.
    """
    try:
        content = _stored(row)
        raw = zstandard.ZstdDecompressor().decompress(content, max_output_size=max(row.size, 1))
    except (FileNotFoundError, zstandard.ZstdError) as error:
        raise RawMailMissing(f"raw mail {row.sha256} can't be read: {error}") from error
    if hashlib.sha256(raw).hexdigest() != row.sha256:
        raise RawMailMissing(f"raw mail {row.sha256} isn't what was stored")
    return raw


def _stored(row: RawMail) -> bytes:
    store = object_store("raw_mail")
    if store is not None:
        return read_object(store, row.file, row.offset, row.length)
    with raw_storage().open(row.file) as file:
        file.seek(row.offset)
        return bytes(file.read(row.length) if row.length is not None else file.read())
