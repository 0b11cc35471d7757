"""NDJSON in files: one file for each kind of event in a folder of the destination, private, rotated by size and day.

A batch is one write of whole lines. What a full disk or a killed process left of a line is taken away before the next
batch is written, so a reader never sees the rest of a line joined to another.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from dashboard.outbox.channels import TryLater
from dashboard.private_state import FILE, FOLDER
from investigate.event_export.models import Destination
from investigate.event_export.sending.lines import Line

_READ_AT_ONCE = 1024 * 1024


def folder_of(destination: Destination) -> Path:
    """Return the folder of a destination's files. It is named by number, since names are whatever somebody typed."""
    return Path(settings.GATEHOUSE_EVENT_FOLDER) / f"destination-{destination.pk}"


class FileSender:
    """Writes batches into the files of one destination."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send_lines(self, lines: Sequence[Line]) -> None:
        """Append the lines to the files of their kinds. Raise TryLater if one can't be written.

        If the process dies between two files, or before the outbox knows, lines are written again.
        """
        by_kind: dict[str, list[str]] = {}
        for line in lines:
            by_kind.setdefault(line.kind, []).append(line.content)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=FOLDER)
            with _locked(self._folder):
                for kind, contents in by_kind.items():
                    _append(self._folder / f"{kind}.ndjson", "".join(f"{one}\n" for one in contents).encode("ascii"))
        except OSError as error:
            raise TryLater(f"The file can't be written: {error.strerror or error}", is_receiver=True) from error


@contextmanager
def open_file(destination: Destination) -> Iterator[FileSender]:
    """Return what writes the destination's files."""
    yield FileSender(folder_of(destination))


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep other processes from writing there meanwhile. The lock ends with the process."""
    with os.fdopen(os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _append(path: Path, content: bytes) -> None:
    _rotate_if_due(path, len(content))
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, FILE)
    try:
        size = _end_of_lines(handle)
        os.lseek(handle, size, os.SEEK_SET)
        try:
            written = os.write(handle, content)
            if written < len(content):
                raise OSError(28, os.strerror(28))
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, size)
            raise
    finally:
        os.close(handle)


def _end_of_lines(handle: int) -> int:
    """Return where the last whole line ends, 0 if there is none, and cut off what comes after it."""
    size = start = os.fstat(handle).st_size
    end = 0
    while start and not end:
        start, stop = max(0, start - _READ_AT_ONCE), start
        found = os.pread(handle, stop - start, start).rfind(b"\n")
        end = start + found + 1 if found >= 0 else 0
    if end < size:
        os.ftruncate(handle, end)
    return end


def _rotate_if_due(path: Path, more: int) -> None:
    """Put the file aside if it would become too large, or if it is of another day (UTC)."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    now = timezone.now().astimezone(UTC)
    begun = datetime.fromtimestamp(found.st_mtime, tz=UTC)
    if not found.st_size or (
        begun.date() == now.date() and found.st_size + more <= settings.GATEHOUSE_EVENT_FILE_BYTES
    ):
        return
    stem = f"{path.stem}-{begun:%Y%m%dT%H%M%SZ}"
    aside, number = path.with_name(f"{stem}.ndjson"), 1
    while aside.exists():
        aside, number = path.with_name(f"{stem}-{number}.ndjson"), number + 1
    path.rename(aside)


def delete_rotated(before: datetime) -> int:
    """Delete rotated files that were last written before this time, and return how many."""
    count = 0
    for path in Path(settings.GATEHOUSE_EVENT_FOLDER).glob("destination-*/*-*T*Z*.ndjson"):
        if path.is_file() and not path.is_symlink() and path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
            count += 1
    return count
