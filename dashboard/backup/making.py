"""Makes a backup while everything runs. See docs/operations.md for what is consistent with what, and why."""

import fcntl
import getpass
import os
import shutil
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast
from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import SYSTEM
from dashboard.audit.services import close, record
from dashboard.backup.archive import HEADER, ArchiveWriter
from dashboard.backup.databases import aliases, dump, migrations_of, size_of, vendor
from dashboard.backup.errors import BackupError
from dashboard.backup.home_state import sync_folder, why_not_whole, without_retention
from dashboard.backup.sources import AFTER, BEFORE, bytes_below, part_files, raw_folder
from disk_space import free_bytes, is_disk_full

FORMAT = 1
_STAGING = "backup-"
_LOOK_BYTES = 64 * 1024 * 1024
_SAY_SECONDS = 5.0


def make_backup(output: Path, *, passphrase: bytes | None, say: Callable[[str], None]) -> dict[str, int]:
    """Write the archive, and return how many files of each part it has.

    It is written as `output` with `.part` behind its name, and renamed when it is whole and on the disk. If the process
    dies before, the next backup to the same name writes over that file, and removes the copies of the databases that
    were left in the home.

    :raises BackupError: there is such a file, the disk is too full, another backup runs, or a database can't be copied.
    """
    home = Path(settings.GATEHOUSE_HOME)
    if why := why_not_whole(home):
        raise BackupError(why)
    _require_new(output)
    with without_retention(), _staging(home) as staging, _part_of(output) as (part, file):
        progress = _Progress(say, (home, output.parent))
        _require_room(home, output.parent)
        # Whoever has the archive has everything. The archive itself holds this entry without its result.
        entry = record(
            actor=SYSTEM,
            action=AuditAction.BACKUP_MAKE,
            outcome=Outcome.ATTEMPTED,
            detail={"by": getpass.getuser(), "encrypted": passphrase is not None},
        )
        try:
            counts = _write(file, staging, passphrase, progress)
            file.flush()
            os.fsync(file.fileno())
            _require_new(output)
            part.rename(output)
            sync_folder(output.parent)
        except BaseException as error:
            part.unlink(missing_ok=True)
            close(entry, Outcome.FAILED, detail={"error": type(error).__name__})
            if is_disk_full(error):
                raise BackupError("The disk is full. The unfinished archive was removed.") from error
            raise
        close(entry, Outcome.DONE, detail={"files": sum(counts.values())})
        progress.end(output.stat().st_size)
        if raw_folder() is None:
            say("Raw mail is not in the archive: it lies in an object store, which needs a backup of its own.")
        return counts


def _write(out: BinaryIO, staging: Path, passphrase: bytes | None, progress: "_Progress") -> dict[str, int]:
    with tempfile.TemporaryFile(dir=staging) as listing:
        archive = ArchiveWriter(out, cast("BinaryIO", listing), passphrase, progress.add)
        archive.add_json(HEADER, _header())
        for part in BEFORE:
            _add_part(archive, part, progress)
        dumps = []
        for alias in aliases():
            progress.part = f"copying the database {alias}"
            target = staging / alias
            dump(alias, target, progress.pages)
            dumps.append((alias, target))
        for alias, target in dumps:
            progress.part = f"database {alias}"
            with target.open("rb") as file:
                facts = target.stat()
                archive.add_file(f"databases/{alias}", file, size=facts.st_size, mtime=facts.st_mtime)
            target.unlink()
        for part in AFTER:
            _add_part(archive, part, progress)
        archive.finish(ended_at=timezone.now().isoformat())
        return archive.counts


def _add_part(archive: ArchiveWriter, part: str, progress: "_Progress") -> None:
    progress.part = part
    for found in part_files(part):
        if found.file is None:
            archive.add_folder(f"files/{found.name}")
        else:
            archive.add_file(f"files/{found.name}", found.file, size=found.size, mtime=found.mtime)


def _header() -> dict[str, object]:
    kept = Path(settings.GATEHOUSE_HOME) / "keys"
    names = {"SECRET_KEY": "secret_key", "GATEHOUSE_AUDIT_KEY": "audit_key", "CLOUDFLARE_ACCOUNT_ID": "account_id"}
    return {
        "format": FORMAT,
        "id": uuid4().hex,
        "version": version_of_this(),
        "began_at": timezone.now().isoformat(),
        "databases": {alias: {"vendor": vendor(alias), "migrations": migrations_of(alias)} for alias in aliases()},
        "raw_mail": raw_folder() is not None,
        # These are not in the archive: the environment gives them.
        "secrets_of_environment": sorted(name for name, file in names.items() if not (kept / file).exists()),
    }


def version_of_this() -> str:
    """Return the version of Gatehouse."""
    return str(tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"])


def _require_new(output: Path) -> None:
    if not output.parent.is_dir():
        raise BackupError(f"There is no folder {output.parent}.")
    if output.exists() or output.is_symlink():
        raise BackupError(f"{output} exists already. A backup overwrites nothing: give it another name.")


def _require_room(home: Path, folder: Path) -> None:
    """Refuse at once what would not fit: copies of the databases in the home, and what is compressed already."""
    raw = raw_folder()
    databases = sum(size_of(alias) for alias in aliases())
    wanted = [(home, databases), (folder, (bytes_below(raw) if raw else 0) + databases // 4)]
    for place, size in wanted:
        if free_bytes((place,)) < size + settings.GATEHOUSE_FREE_BYTES:
            raise BackupError(
                f"The disk of {place} has room for {free_bytes((place,)):,} bytes, and this backup needs about {size:,}"
                f" and leaves {settings.GATEHOUSE_FREE_BYTES:,} free (GATEHOUSE_FREE_BYTES)."
            )


@contextmanager
def _staging(home: Path) -> Iterator[Path]:
    """Make a folder for the copies of the databases, in the home, where they are as safe as the databases are."""
    for left in home.glob(f"{_STAGING}*/"):
        shutil.rmtree(left)
    folder = Path(tempfile.mkdtemp(prefix=_STAGING, dir=home))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _part_of(output: Path) -> Iterator[tuple[Path, BinaryIO]]:
    part = output.with_name(f"{output.name}.part")
    with part.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(f"Another backup writes {part}.") from None
        file.truncate(0)
        yield part, file


class _Progress:
    """Tells every few seconds how far it is, and ends the backup before it takes the room that mail needs."""

    def __init__(self, say: Callable[[str], None], folders: tuple[Path, ...]) -> None:
        self.part = ""
        self._say, self._folders = say, folders
        self._began = self._said = time.monotonic()
        self._bytes = self._looked_at = 0

    def add(self, count: int) -> None:
        self._bytes += count
        if self._bytes - self._looked_at >= _LOOK_BYTES:
            self._looked_at = self._bytes
            if free_bytes(self._folders) < settings.GATEHOUSE_FREE_BYTES:
                raise BackupError("The disk gets too full (GATEHOUSE_FREE_BYTES). The unfinished archive was removed.")
        self._tell(f"{self.part}: {self._bytes / 1e6:,.0f} MB read")

    def pages(self, done: int, count: int) -> None:
        self._tell(f"{self.part}: {done:,} of {count:,} pages")

    def end(self, size: int) -> None:
        seconds = max(time.monotonic() - self._began, 0.001)
        self._say(
            f"{self._bytes / 1e6:,.1f} MB read and {size / 1e6:,.1f} MB written in {seconds:.1f} s,"
            f" {self._bytes / 1e6 / seconds:,.1f} MB/s"
        )

    def _tell(self, text: str) -> None:
        if time.monotonic() - self._said >= _SAY_SECONDS:
            self._said = time.monotonic()
            self._say(text)
