"""Rotation of the processes' logs while they run: by size, once a day, a bounded number for a bounded time.

A process writes to its log by appending, and keeps the file open. So the file is copied, compressed, and then emptied
in place. Lines that are written between the two are lost; that is a few milliseconds once a day. If the supervisor dies
in between, the copy stays and its lines are in both.
"""

import contextlib
import gzip
import os
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_DAY = 86400.0
_EVERY = 30.0
MOST_KEPT = 20
"""Compressed logs that are kept of each process, whatever their age."""


@dataclass(slots=True)
class LogFiles:
    """The logs of one folder. `largest` is in bytes; archives are deleted after `days`, 0 keeps them."""

    folder: Path
    largest: int
    days: int
    looked_at: float = 0.0

    def look_after(self, logs: Iterable[Path]) -> None:
        """Rotate what is due and delete what is too old, every half minute. An error of the disk waits for the next."""
        now = time.monotonic()
        if self.looked_at and now - self.looked_at < _EVERY:
            return
        self.looked_at = now
        with contextlib.suppress(OSError):
            is_new_day = self._is_new_day()
            for log in logs:
                self._look_after(log, is_new_day)

    def _look_after(self, log: Path, is_new_day: bool) -> None:
        try:
            size = log.stat().st_size
        except FileNotFoundError:
            return
        self._delete_old(log)
        if size > self.largest or (is_new_day and size):
            rotate(log)

    def _is_new_day(self) -> bool:
        mark = self.folder / ".rotated"
        with contextlib.suppress(FileNotFoundError):
            if time.time() - mark.stat().st_mtime < _DAY:
                return False
            mark.touch()
            return True
        mark.touch()
        return False

    def _delete_old(self, log: Path) -> None:
        archives = sorted(self.folder.glob(f"{log.stem}-*.log.gz"), reverse=True)
        oldest = time.time() - self.days * _DAY
        for number, archive in enumerate([*archives, *self.folder.glob(f"{log.stem}.old.log")]):
            if number >= MOST_KEPT - 1 or (self.days and archive.stat().st_mtime < oldest):
                archive.unlink(missing_ok=True)


def rotate(log: Path) -> Path:
    """Move the content of a log into a compressed file beside it, and return that.

    :raises OSError: the disk is full. The log is as it was then, and no half copy stays.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    archive = log.with_name(f"{log.stem}-{stamp}.log.gz")
    draft = archive.with_suffix(".part")
    try:
        with log.open("rb") as source, gzip.open(draft, "wb", compresslevel=3) as target:
            shutil.copyfileobj(source, target, 1 << 20)
        draft.replace(archive)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    os.truncate(log, 0)
    return archive
