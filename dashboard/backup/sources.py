"""Which files of the home a backup keeps, and how each folder is walked while others write in it."""

import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.storage import storages

BEFORE = ("keys", "audit", "sample_mail", "routes.toml")
"""Copied before the databases: the end of the audit trail that `audit` names is then in the console's copy."""

AFTER = ("raw", "mailboxes")
"""Copied after the databases: what a row names was on the disk before the row was."""

_ROUNDS = 5
_INSTANT = 1_000_000_000
_DRAFTS, _MESSAGES = "tmp", ("new", "cur")
_NAME = re.compile(r"files/(?:keys|audit|sample_mail|routes\.toml|raw|mailboxes)(?:/[^/\0]+)*")


@dataclass
class Found:
    """A file to copy, opened already, or a folder (`file` is None). `name` is its path in the home."""

    name: str
    size: int = 0
    mtime: float = 0.0
    file: IO[bytes] | None = None


def is_safe_name(name: str) -> bool:
    """Return whether a member of an archive may be written below the home: one of the parts above, and no way out."""
    return bool(_NAME.fullmatch(name)) and not {".", ".."} & set(name.split("/"))


def raw_folder() -> Path | None:
    """Return the folder of raw mail, None if it lies in a storage that is no folder and has a backup of its own."""
    try:
        return Path(storages["raw_mail"].path(""))
    except NotImplementedError:
        return None


def bytes_below(folder: Path) -> int:
    """Return how many bytes the files in a folder have."""
    return sum(entry.stat(follow_symlinks=False).st_size for entry in _files(folder))


def part_files(part: str) -> Iterator[Found]:
    """Open each file of a part in turn. What is deleted meanwhile is left out; links are not followed."""
    root = raw_folder() if part == "raw" else Path(settings.GATEHOUSE_HOME) / part
    if root is None or not root.exists():
        return
    if root.is_file():
        yield from _opened(root, part)
    elif part == "mailboxes":
        for box in sorted(root.iterdir()):
            if box.is_dir() and not box.is_symlink():
                yield from _mailbox(box, f"{part}/{box.name}")
    else:
        for entry in _files(root):
            yield from _opened(Path(entry.path), f"{part}/{os.path.relpath(entry.path, root)}")


def _mailbox(box: Path, name: str) -> Iterator[Found]:
    """Walk a Maildir until none of its folders has changed since it was walked.

    A message that moves between two folders of it may be missed by one walk, as it was behind it. Its name up to the
    flags stays the same. Memory is bounded by the names of one mailbox.
    """
    had: set[str] = set()
    for _ in range(_ROUNDS):
        stamps: dict[str, int] = {}
        began = time.time_ns()
        yield from _walked(str(box), name, had, stamps)
        # A change in the instant of another one leaves the same time behind.
        if all(_changed_at(folder) == stamp < began - _INSTANT for folder, stamp in stamps.items()):
            return


def _walked(folder: str, name: str, had: set[str], stamps: dict[str, int]) -> Iterator[Found]:
    """Yield what is not in `had`, and write down when each folder was changed last before it was read."""
    stamp = _changed_at(folder)
    if stamp is None:
        return
    stamps[folder] = stamp
    last = os.path.basename(folder)
    if name not in had:
        had.add(name)
        yield Found(name)
    try:
        listed = os.scandir(folder)
    except FileNotFoundError:
        return
    with listed as entries:
        for entry in entries:
            place = f"{name}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from _walked(entry.path, place, had, stamps)
                continue
            key = entry.name.partition(":")[0] if last in _MESSAGES else place
            if key in had or last == _DRAFTS or not entry.is_file(follow_symlinks=False):
                continue
            for found in _opened(Path(entry.path), place):
                had.add(key)
                yield found


def _changed_at(folder: str) -> int | None:
    try:
        return os.stat(folder).st_mtime_ns
    except FileNotFoundError:
        return None


def _opened(path: Path, name: str) -> Iterator[Found]:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return
    with os.fdopen(descriptor, "rb") as file:
        facts = os.fstat(descriptor)
        yield Found(name, facts.st_size, facts.st_mtime, file)


def _files(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    """Yield regular files, depth first. A folder that is gone is empty."""
    try:
        entries = os.scandir(folder)
    except FileNotFoundError:
        return
    with entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(entry.path)
            elif entry.is_file(follow_symlinks=False):
                yield entry
