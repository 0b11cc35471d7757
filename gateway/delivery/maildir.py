"""Mailboxes as Maildir folders (https://cr.yp.to/proto/maildir.html, with Maildir++ subfolders).

No name on disk is taken from mail. A mailbox is named by a hash of its recipient, a file by its row in the ledger.
"""

import hashlib
import os
from pathlib import Path

INBOX = "Inbox"
FOLDERS = (INBOX, "JunkEmail", "DeletedItems", "RecoverableItemsDeletions", "RecoverableItemsPurges")


def mailbox(root: Path, recipient: str) -> Path:
    """Return the Maildir of `recipient` under `root`.

    Addresses that differ only in case share one.
    """
    return root / hashlib.sha256(recipient.casefold().encode("utf-8", "surrogatepass")).hexdigest()[:40]


def folder_path(box: Path, folder: str) -> Path:
    """Return the path of a folder of the Maildir `box`.

    Raise ValueError if the name is not one of FOLDERS.
    """
    if folder not in FOLDERS:
        raise ValueError(f"no such folder: {folder!r}")
    return box if folder == INBOX else box / f".{folder}"


def put(box: Path, name: str, content: bytes, *, look_first: bool, sync: bool = True, sync_folder: bool = True) -> bool:
    """Deliver `content` to the Inbox as `name`.

    Return False if a file with that name exists already. The file is complete and synced to disk before it gets its
    final name. With `look_first`, every folder is first searched for a copy that a mail client has moved out of `new`:
    use it for deliveries that may have been interrupted. Without `sync`, the file survives the death of the process but
    perhaps not a power failure: use that for mail that can be generated again. Without `sync_folder`, the caller syncs
    the folder by `sync_inbox` before it counts the copy as delivered.
    """
    if look_first and find(box, name) is not None:
        return False
    inbox = folder_path(box, INBOX)
    draft = f"{inbox}/tmp/{name}.{os.getpid()}.{os.urandom(6).hex()}"  # noqa: S108 - the tmp folder of the Maildir
    try:
        _write(draft, content, sync=sync)
    except FileNotFoundError:
        _made(inbox)
        _write(draft, content, sync=sync)
    try:
        os.link(draft, f"{inbox}/new/{name}")
    except FileExistsError:
        return False
    finally:
        os.unlink(draft)
    if sync and sync_folder:
        sync_inbox(box)
    return True


def sync_inbox(box: Path) -> None:
    """Sync the folder that new copies are put into, so that their names survive a power failure."""
    _sync(folder_path(box, INBOX) / "new")


def _write(path: str, content: bytes, *, sync: bool) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        if sync:
            os.fsync(file.fileno())


def find(box: Path, name: str, *, likely: str = INBOX) -> Path | None:
    """Return the path of the copy `name`, whatever flags a mail client added to its name, or None if it is gone."""
    for folder in sorted(FOLDERS, key=lambda folder: folder != likely):
        path = folder_path(box, folder)
        fresh = path / "new" / name
        if fresh.exists():
            return fresh
        seen = _with_flags(path / "cur", name)
        if seen is not None:
            return seen
    return None


def _with_flags(cur: Path, name: str) -> Path | None:
    try:
        with os.scandir(cur) as entries:
            return next((cur / e.name for e in entries if e.name == name or e.name.startswith(f"{name}:2,")), None)
    except FileNotFoundError:
        return None


def move(box: Path, name: str, folder: str, *, likely: str = INBOX) -> bool:
    """Move the copy `name` to `folder` and keep its flags.

    Return False if the mailbox has no such copy. The move is a rename, so at any time the copy is in exactly one
    folder. Moving a copy to the folder that it is already in succeeds.
    """
    source = find(box, name, likely=likely)
    if source is None:
        return False
    move_file(source, box, folder)
    return True


def move_file(source: Path, box: Path, folder: str) -> None:
    """Rename a file of the Maildir `box` into `folder`. A file that is there already stays."""
    target = _made(folder_path(box, folder)) / source.parent.name / source.name
    if source != target:
        source.rename(target)
        _sync(target.parent)


def _made(path: Path) -> Path:
    if not (path / "tmp").is_dir():
        for part in ("cur", "new", "tmp"):
            (path / part).mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.name.startswith("."):
            (path / "maildirfolder").touch()
    return path


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
