"""Who may read the state: nobody but the user that Gatehouse runs as. See docs/decisions/0019-closed-by-default.md."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

UMASK = 0o077
FOLDER = 0o700
FILE = 0o600
_OTHERS = 0o077


class NotPrivate(Exception):
    """Others may read the state, and it can't or may not be closed here. The message says what to do."""


def make_private(home: Path) -> None:
    """Have this process and those that it starts write for this user alone, and make the folder if it is missing."""
    os.umask(UMASK)
    home.mkdir(parents=True, exist_ok=True, mode=FOLDER)


def why_open(folder: Path) -> str:
    """Return why others may reach what lies in the folder, or an empty string. It looks at the folder alone."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        return f"{folder} is no folder"
    if found.st_uid != os.geteuid():
        return f"{folder} belongs to another user (id {found.st_uid}, not {os.geteuid()})"
    if found.st_mode & _OTHERS:
        return f"{folder} is open to others (mode {stat.S_IMODE(found.st_mode):04o}, not 0700)"
    return ""


def require_private(home: Path) -> None:
    """Raise NotPrivate, with the command that mends it, if others may reach the state."""
    if why := why_open(home):
        raise NotPrivate(f"{why}. `manage.py secure_state` closes it, and so does `make run`.")


def private_folder(folder: Path) -> Path:
    """Make the folder with mode 0700, or take one that is there. Raise NotPrivate unless it is this user's alone.

    For a folder in a place where others may write, such as /tmp: who makes it first owns what is put there.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=FOLDER)
    if why := why_open(folder):
        raise NotPrivate(f"{why}. Remove it, or give GATEHOUSE_HOME a shorter path, so that it isn't needed.")
    return folder


def close_state(home: Path, *, keep_open: tuple[Path, ...] = ()) -> int:
    """Take the rights of others away from the folder and all in it, and return how many places were open.

    The folder is closed first, which shuts all of it; then what lies in it, each folder after its content. So a folder
    that is still open tells the next call that this one was interrupted. Nothing is walked if the folder and what lies
    directly in it are closed. Links are not followed, and what belongs to others is left alone.

    `keep_open` are folders such as the user's home: they and all above them are never Gatehouse's own.

    :raises NotPrivate: the folder is another user's, is shared by all, or is one of `keep_open`.
    """
    found = home.lstat()
    if found.st_uid != os.geteuid():
        raise NotPrivate(f"{why_open(home)}: run Gatehouse as that user, or give it a GATEHOUSE_HOME of its own.")
    if found.st_mode & stat.S_ISVTX or any(place == home or home in place.parents for place in keep_open):
        raise NotPrivate(f"{home} holds more than Gatehouse's state: give it a GATEHOUSE_HOME of its own.")
    count = 0
    if found.st_mode & _OTHERS:
        home.chmod(FOLDER)
        count += 1
    elif not any(_is_open(entry) for entry in _entries(home)):
        return 0
    for entry in _content_first(home):
        if _is_open(entry):
            os.chmod(entry.path, entry.stat(follow_symlinks=False).st_mode & 0o700)
            count += 1
    return count


def _is_open(entry: os.DirEntry[str]) -> bool:
    try:
        found = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return False
    # The socket of Redis has its own mode, and no link has one.
    is_ours = found.st_uid == os.geteuid() and (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode))
    return is_ours and bool(found.st_mode & _OTHERS)


def _entries(folder: Path | str) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return list(entries)


def _content_first(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    for entry in _entries(folder):
        if entry.is_dir(follow_symlinks=False):
            yield from _content_first(entry.path)
        yield entry
