"""Reads mail to import from .eml files, mbox files, Maildirs, and folders of them."""

import mmap
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MAIL_SUFFIXES = {".eml", ".mbox", ".mbx", ".msg822", ".mail"}
# The `From ` line of an mbox: sender, then a date with a time. It follows an empty line or is the first line.
_FROM_LINE = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From (\S*)[ \t][^\r\n]*\d\d:\d\d[^\r\n]*\r?\n")


@dataclass(frozen=True, slots=True)
class Found:
    """One message, or the reason why it could not be read.

    `label` is the file's path. For the nth message of an mbox, `#n` follows.
    """

    label: str
    raw: bytes | None = None
    mail_from: str | None = None
    error: str | None = None


def messages(paths: list[Path], *, largest: int) -> Iterator[Found]:
    """Yield the messages in `paths`. Entries of folders are read in the order of their names.

    A file that is listed in `paths` is read as mail regardless of its name. In a folder, only files with a mail suffix
    and mbox files are read. An .eml file is always one message. Any other file that begins with a `From ` line is an
    mbox.
    """
    for path in paths:
        try:
            named = path.is_dir()
        except OSError as error:
            yield Found(str(path), error=_why(error))
            continue
        if named:
            yield from _folder(path, largest)
        else:
            yield from _file(path, largest)


def _folder(folder: Path, largest: int) -> Iterator[Found]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Found(str(folder), error=_why(error))
        return
    maildir = {"cur", "new"} <= {entry.name for entry in entries if entry.is_dir(follow_symlinks=False)}
    for entry in entries:
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            if maildir and entry.name in {"cur", "new"}:
                yield from _all_files(path, largest)
            elif not (maildir and entry.name == "tmp"):
                yield from _folder(path, largest)
        elif not maildir and entry.is_file() and (path.suffix.lower() in _MAIL_SUFFIXES or _is_mbox(path)):
            yield from _file(path, largest)


def _all_files(folder: Path, largest: int) -> Iterator[Found]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Found(str(folder), error=_why(error))
        return
    for entry in entries:
        if entry.is_file() and not entry.name.startswith("."):
            yield _single(Path(entry.path), largest)


def _is_mbox(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _FROM_LINE.match(file.read(1024)) is not None
    except OSError:
        # Reading the file as mail fails too, and reports the reason.
        return path.suffix.lower() in _MAIL_SUFFIXES


def _file(path: Path, largest: int) -> Iterator[Found]:
    if path.suffix.lower() != ".eml" and _is_mbox(path):
        yield from _mbox(path, largest)
    else:
        yield _single(path, largest)


def _single(path: Path, largest: int) -> Found:
    try:
        size = path.stat().st_size
        if size > largest:
            return Found(str(path), error=_too_large(size, largest))
        raw = path.read_bytes()
        line = _FROM_LINE.match(raw)
        if line is None:
            return Found(str(path), raw=raw)
        # The file was cut out of an mbox with its `From ` line. That line is envelope, not message.
        return Found(str(path), raw=raw[line.end() :], mail_from=line[1].decode("utf-8", "replace"))
    except OSError as error:
        return Found(str(path), error=_why(error))


def _mbox(path: Path, largest: int) -> Iterator[Found]:
    """Yield the messages between the `From ` lines, without those lines and the empty line before the next one."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            line = _FROM_LINE.match(content)
            number = 0
            while line is not None:
                number += 1
                sender = line[1].decode("utf-8", "replace")
                start = line.end()
                following = _FROM_LINE.search(content, start)
                end = following.start() if following else len(content)
                label = f"{path}#{number}"
                line = following
                if end - start > largest:
                    yield Found(label, error=_too_large(end - start, largest))
                else:
                    yield Found(label, raw=_without_separator(content[start:end]), mail_from=sender)
    except (OSError, ValueError) as error:
        yield Found(str(path), error=_why(error))


def _without_separator(raw: bytes) -> bytes:
    for ending in (b"\r\n\r\n", b"\n\n"):
        if raw.endswith(ending):
            return raw[: -(len(ending) // 2)]
    return raw


def _too_large(size: int, largest: int) -> str:
    return f"{size} bytes are more than GATEWAY_MAX_MESSAGE_BYTES ({largest}) allows"


def _why(error: Exception) -> str:
    return (error.strerror or type(error).__name__) if isinstance(error, OSError) else str(error)
