"""What lies in the home about backups and restores: locks, the mark of a half restore, and the hold after one.

`half-restored.json` is written before a restore puts anything in place, and taken away when all is: meanwhile nothing
starts on this home. `restored.json` holds back what waits to leave until an operator says that it may.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from dashboard.backup.errors import BackupError

_HALF = "half-restored.json"
_LOCK_SECONDS = 600.0


def why_not_whole(home: Path) -> str:
    """Return why nothing may start on this home, or an empty string."""
    if (home / _HALF).exists():
        return (
            f"{home} is half restored: a restore was interrupted. Run `manage.py restore` with the archive again,"
            " which begins anew."
        )
    return ""


def half_restored(home: Path) -> dict[str, Any] | None:
    """Return what an interrupted restore wrote about itself, or None: `id` of the archive, `databases` begun."""
    try:
        found = json.loads((home / _HALF).read_text())
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise BackupError(f"{home / _HALF} can't be read. Empty this folder, and begin anew.") from error
    return dict(found)


def mark_half_restored(home: Path, facts: dict[str, Any]) -> None:
    """Write the mark; it is on the disk when this returns."""
    _write(home / _HALF, facts)


def mark_whole(home: Path) -> None:
    """Take the mark away: the last step of a restore."""
    (home / _HALF).unlink()
    sync_folder(home)


def hold_queues(facts: dict[str, Any]) -> None:
    """Keep all that waits from leaving: `gateway/delivery/queue/loop.py` and `dashboard/outbox/sender.py` look."""
    _write(settings.GATEHOUSE_QUEUES_HELD, facts)


def release_queues() -> bool:
    """Let what waits leave, and return whether it was held."""
    try:
        settings.GATEHOUSE_QUEUES_HELD.unlink()
    except FileNotFoundError:
        return False
    return True


@contextmanager
def only_one(lock: Path, refusal: str, *, patience: float = 0.0) -> Iterator[None]:
    """Hold a lock file, which the kernel frees if this process dies.

    :raises BackupError: with `refusal`, if another has it for longer than `patience` seconds.
    """
    deadline = time.monotonic() + patience
    with lock.open("a+") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise BackupError(refusal) from None
                time.sleep(0.1)
        yield


@contextmanager
def without_retention() -> Iterator[None]:
    """Keep retention from deleting files, once the round that runs has ended (see `gateway/retention/running.py`).

    :raises BackupError: another backup runs.
    """
    refusal = "Another backup runs, or retention has not ended for ten minutes. Try again."
    with only_one(settings.GATEHOUSE_BACKUP_LOCK, refusal, patience=_LOCK_SECONDS):
        yield


def sync_folder(folder: Path) -> None:
    """Sync the names in a folder to disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, facts: dict[str, Any]) -> None:
    draft = path.with_name(f".{path.name}.new")
    with draft.open("w") as file:
        json.dump(facts, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)
