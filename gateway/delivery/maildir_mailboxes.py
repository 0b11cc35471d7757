"""Maildirs behind the protocol of mailboxes."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

from gateway.delivery import maildir
from gateway.delivery.maildir_sent import sent_about
from gateway.mailboxes.matching import is_copy_of, sizes_of_copies
from gateway.mailboxes.protocol import OTHER, MailboxTrouble, MailCopy, Mark, Place

_FLAGS = {"S": Mark.READ, "R": Mark.ANSWERED, "P": Mark.FORWARDED}
_MOST_FILES = 50_000
_MOST_READ = 50


class MaildirMailboxes:
    """The Maildirs below GATEWAY_MAILBOXES, which are named by hashes of addresses.

    A copy is found by its file name in every folder. A mail program that copies instead of renaming gives it another
    name: then files of its size are compared with the message.
    """

    def find(self, copy: MailCopy) -> Place | None:
        """Return where the copy lies, with the marks in its file's name."""
        box = _box(copy)
        path = maildir.find(box, copy.name, likely=copy.folder) or _elsewhere(box, copy)
        return _place(path) if path is not None else None

    def move(self, copy: MailCopy, folder: str) -> Place | None:
        """Rename the file into the folder. At any time the copy is in exactly one."""
        box = _box(copy)
        path = maildir.find(box, copy.name, likely=copy.folder)
        if path is not None:
            return _place(path) if maildir.move(box, copy.name, folder, likely=copy.folder) else None
        path = _elsewhere(box, copy)
        if path is None:
            return None
        maildir.move_file(path, box, folder)
        return _place(path)

    def sent_about(self, copy: MailCopy) -> list[bytes]:
        """Read the newest files of the folder `.Sent`."""
        return sent_about(_box(copy), copy)


def _box(copy: MailCopy) -> Path:
    return maildir.mailbox(Path(settings.GATEWAY_MAILBOXES), copy.recipient)


def _place(path: Path) -> Place:
    folder = path.parent.parent
    flags = path.name.rpartition(":2,")[2] if ":2," in path.name else ""
    name = folder.name.removeprefix(".") if folder.name.startswith(".") else maildir.INBOX
    return Place(
        name if name in maildir.FOLDERS else OTHER, frozenset(_FLAGS[sign] for sign in flags if sign in _FLAGS)
    )


def _elsewhere(box: Path, copy: MailCopy) -> Path | None:
    """Look through all folders, the owner's too: by the name first, then by size and bytes."""
    paths = []
    for folder in _all_folders(box):
        for part in ("new", "cur"):
            try:
                entries = os.scandir(folder / part)
            except (FileNotFoundError, NotADirectoryError):
                continue
            with entries:
                for entry in entries:
                    if entry.name.partition(":")[0] == copy.name:
                        return Path(entry.path)
                    paths.append(entry)
                    if len(paths) > _MOST_FILES:
                        raise MailboxTrouble("the mailbox has too many messages to look through")
    return _by_bytes(paths, copy) if paths else None


def _all_folders(box: Path) -> list[Path]:
    try:
        with os.scandir(box) as entries:
            return [box, *(box / e.name for e in entries if e.name.startswith(".") and e.is_dir(follow_symlinks=False))]
    except FileNotFoundError:
        return []


def _by_bytes(entries: list[os.DirEntry[str]], copy: MailCopy) -> Path | None:
    raw = copy.raw()
    _, largest = sizes_of_copies(raw)
    smallest = len(raw) - raw.count(b"\r\n") - 1
    read = 0
    for entry in entries:
        try:
            if not entry.is_file(follow_symlinks=False) or not smallest <= entry.stat().st_size <= largest:
                continue
            # A file that the gateway itself delivered under another name is the copy of another row.
            if _is_delivered_by_us(entry.name):
                continue
            read += 1
            if read > _MOST_READ:
                raise MailboxTrouble("too many messages of the same size to compare")
            if is_copy_of(Path(entry.path).read_bytes(), raw):
                return Path(entry.path)
        except FileNotFoundError:
            continue
    return None


def _is_delivered_by_us(name: str) -> bool:
    """Return whether a file has a name as `ledger.file_name` makes it."""
    parts = name.partition(":")[0].split(".")
    return len(parts) == 3 and parts[0].isdecimal() and parts[1][:1] == "D" and parts[1][1:].isdecimal()
