"""The archive: a tar, compressed with zstd, perhaps encrypted. It is written and read as a stream, in bounded memory.

Its members, in their order: `header.json`; then what is kept, under `files/` and `databases/`; `listing`, which has a
JSON line with name, size and SHA-256 of each member before it, in the same order; and `manifest.json`, the counts. An
archive without a manifest is not whole.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import zstandard

from dashboard.backup.encryption import MAGIC, DecryptingReader, EncryptingWriter
from dashboard.backup.errors import ArchiveDamaged, BackupError

HEADER, LISTING, MANIFEST = "header.json", "listing", "manifest.json"
_BLOCK = 1024 * 1024
_LARGEST_JSON = 4 * 1024 * 1024
_MODE = 0o600


def listing_line(name: str, size: int, digest: str) -> bytes:
    """Return the line of the listing about one file. Its text is ASCII, whatever bytes the name has."""
    return json.dumps({"name": name, "size": size, "sha256": digest}).encode() + b"\n"


@dataclass
class ArchiveWriter:
    """Writes an archive to `out`. `listing` is an empty file for the time being; `tell` hears of each block's bytes."""

    out: BinaryIO
    listing: BinaryIO
    passphrase: bytes | None = None
    tell: Callable[[int], None] = lambda _count: None
    counts: dict[str, int] = field(default_factory=dict)
    bytes_in: int = 0

    def __post_init__(self) -> None:
        self._encrypting = EncryptingWriter(self.out, self.passphrase) if self.passphrase is not None else None
        below = cast("BinaryIO", self._encrypting or self.out)
        compressor = zstandard.ZstdCompressor(level=3, write_checksum=True)
        self._zstd = compressor.stream_writer(below, closefd=False)
        self._tar = tarfile.open(fileobj=self._zstd, mode="w|", bufsize=_BLOCK)  # noqa: SIM115 - `finish` closes it

    def add_json(self, name: str, value: object) -> None:
        """Add a small member. It is not in the listing."""
        content = json.dumps(value, indent=1).encode()
        self._add(tarfile.TarInfo(name), len(content), io.BytesIO(content))

    def add_folder(self, name: str) -> None:
        """Add a folder, which may be empty."""
        entry = tarfile.TarInfo(name)
        entry.type = tarfile.DIRTYPE
        self._add(entry, 0, None)

    def add_file(self, name: str, file: IO[bytes], *, size: int, mtime: float) -> None:
        """Add `size` bytes of a file that is open.

        :raises BackupError: it is shorter.
        """
        entry = tarfile.TarInfo(name)
        entry.mtime = mtime
        hashing = _Hashing(file, self.tell)
        self._add(entry, size, hashing)
        self.listing.write(listing_line(name, size, hashing.digest.hexdigest()))
        part = "/".join(name.split("/")[:2])
        self.counts[part] = self.counts.get(part, 0) + 1
        self.bytes_in += size

    def finish(self, **more: object) -> None:
        """Add listing and manifest, and write what waits in memory. Without this call the archive is refused."""
        size = self.listing.tell()
        self.listing.seek(0)
        self._add(tarfile.TarInfo(LISTING), size, self.listing)
        self.add_json(MANIFEST, {"files": self.counts, "bytes": self.bytes_in, **more})
        self._tar.close()
        self._zstd.close()  # type: ignore[no-untyped-call]
        if self._encrypting:
            self._encrypting.close()

    def _add(self, entry: tarfile.TarInfo, size: int, file: Any) -> None:
        entry.size, entry.mode = size, 0o700 if entry.isdir() else _MODE
        try:
            self._tar.addfile(entry, file)
        except OSError as error:
            if isinstance(file, _Hashing) and file.was_short:
                raise BackupError(f"{entry.name} became shorter while it was read.") from error
            raise
        # tarfile remembers each member, for which there is no need and no bound.
        self._tar.members.clear()  # type: ignore[attr-defined] # not in typeshed


class _Hashing:
    """Passes on what is read of a file, and hashes it."""

    def __init__(self, file: IO[bytes], tell: Callable[[int], None]) -> None:
        self._file, self._tell = file, tell
        self.digest = hashlib.sha256()
        self.was_short = False

    def read(self, count: int) -> bytes:
        content = self._file.read(count)
        self.was_short = len(content) < count
        self.digest.update(content)
        self._tell(len(content))
        return content


_DAMAGE = (tarfile.TarError, zstandard.ZstdError, EOFError)


class Content:
    """What a member holds."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, count: int = -1) -> bytes:
        """Return at most `count` bytes, none at the end.

        :raises ArchiveDamaged: the archive ends before, or can't be decompressed.
        """
        try:
            return self._file.read(count)
        except _DAMAGE as error:
            raise _damaged(error) from error


def _damaged(error: Exception) -> ArchiveDamaged:
    return ArchiveDamaged(f"The archive is cut off or damaged ({error}).")


@dataclass
class Member:
    """One member while it is read: `file` is None for a folder. Read it before the next one is asked for."""

    name: str
    size: int
    mtime: float
    file: Content | None

    def json(self) -> dict[str, Any]:
        """Return the object in it.

        :raises ArchiveDamaged: there is none, or it is too large.
        """
        if self.file is None or self.size > _LARGEST_JSON:
            raise ArchiveDamaged(f"{self.name} in the archive can't be read.")
        try:
            found = json.loads(self.file.read())
        except ValueError as error:
            raise ArchiveDamaged(f"{self.name} in the archive is not JSON.") from error
        if not isinstance(found, dict):
            raise ArchiveDamaged(f"{self.name} in the archive is not an object.")
        return found


def is_encrypted(path: Path) -> bool:
    """Return whether the archive needs a passphrase."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def members(source: BinaryIO, passphrase: bytes | None) -> Iterator[Member]:
    """Read the archive's members in their order, to the last byte of the file.

    :raises ArchiveDamaged: it can't be read; what was read before was authentic if the archive is encrypted.
    """
    below: Any = DecryptingReader(source, passphrase) if passphrase is not None else source
    try:
        with (
            zstandard.ZstdDecompressor().stream_reader(below, closefd=False) as plain,
            tarfile.open(fileobj=plain, mode="r|", bufsize=_BLOCK) as tar,
        ):
            while (entry := tar.next()) is not None:
                if not (entry.isreg() or entry.isdir()):
                    raise ArchiveDamaged(f"{entry.name!r} in the archive is neither a file nor a folder.")
                file = tar.extractfile(entry) if entry.isreg() else None
                yield Member(entry.name, entry.size, entry.mtime, Content(file) if file else None)
                tar.members.clear()  # type: ignore[attr-defined] # not in typeshed
            # To the end of the frame, where zstd's checksum stands.
            while plain.read(_BLOCK):
                pass
        if below.read(1):  # An encrypted archive's last chunk is authenticated by this, too.
            raise ArchiveDamaged("Something was added behind the archive's end.")
    except _DAMAGE as error:
        raise _damaged(error) from error
