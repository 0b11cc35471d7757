"""Reads mail to import from .eml and .emlx files, mbox files, Maildirs, and folders of them; packed with gzip, too."""

import mmap
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from gateway.importing.file_formats import HEAD_BYTES, NotMail, check_message, emlx_message, is_gzip, unpacked
from gateway.importing.mbox import envelope_line, is_mbox, pieces
from gateway.mail.saved_files import as_eight_bit

# An Outlook file is listed to be refused with a reason.
_MAIL_SUFFIXES = {".eml", ".emlx", ".mbox", ".mbx", ".msg822", ".mail", ".msg"}


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
    mbox. A file that is no mail is yielded with the reason why it was not read.
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
        elif not maildir and entry.is_file() and (_suffix(path) in _MAIL_SUFFIXES or _begins_as_mbox(path)):
            yield from _file(path, largest)


def _all_files(folder: Path, largest: int) -> Iterator[Found]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Found(str(folder), error=_why(error))
        return
    for entry in entries:
        if entry.is_file() and not entry.name.startswith("."):
            yield from _one(Path(entry.path), largest)


def _one(path: Path, largest: int) -> Iterator[Found]:
    """Yield the message that a file of a Maildir is."""
    try:
        with path.open("rb") as file:
            yield _single(path, file, path.stat().st_size, largest)
    except (OSError, ValueError) as error:
        yield Found(str(path), error=_why(error))


def _suffix(path: Path) -> str:
    """Return the suffix that tells the format: without the one of gzip, in lower case."""
    return Path(path.name.lower().removesuffix(".gz")).suffix


def _begins_as_mbox(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return is_mbox(file.read(HEAD_BYTES))
    except OSError:
        # The file's name does not say that it is mail.
        return False


def _file(path: Path, largest: int) -> Iterator[Found]:
    """Yield the messages of a file, by its format."""
    try:
        with path.open("rb") as packed:
            if not is_gzip(packed.read(3)):
                packed.seek(0)
                yield from _content(path, packed, largest)
                return
        with unpacked(path) as content:
            yield from _content(path, content, largest)
    except (OSError, ValueError) as error:
        yield Found(str(path), error=_why(error))


def _content(path: Path, file: IO[bytes], largest: int) -> Iterator[Found]:
    head = file.read(HEAD_BYTES)
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if _suffix(path) == ".eml" or not is_mbox(as_eight_bit(head)):
        yield _single(path, file, size, largest)
    elif is_mbox(head):
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            yield from _mbox(path, content, largest)
    elif size > 4 * largest:
        raise NotMail("it is an mbox saved as UTF-16 that is too large to be read")
    else:
        yield from _mbox(path, as_eight_bit(file.read()), largest)


def _single(path: Path, file: IO[bytes], size: int, largest: int) -> Found:
    """Return the message that the file is. Raise NotMail if it is none."""
    if size > largest:
        return Found(str(path), error=_too_large(size, largest))
    raw = file.read()
    if _suffix(path) == ".emlx":
        raw = emlx_message(raw)
    check_message(raw, is_named_as_one=_suffix(path) == ".eml")
    line = envelope_line(raw)
    # The file was cut out of an mbox with its `From ` line. That line is envelope, not message.
    return Found(str(path), raw=raw[line[0] :], mail_from=line[1]) if line else Found(str(path), raw=raw)


def _mbox(path: Path, content: bytes | mmap.mmap, largest: int) -> Iterator[Found]:
    """Yield the messages between the `From ` lines, without those lines and the empty line before the next one."""
    for number, piece in enumerate(pieces(content), start=1):
        found = Found(f"{path}#{number}", mail_from=piece.mail_from)
        if piece.end - piece.start > largest:
            yield replace(found, error=_too_large(piece.end - piece.start, largest))
            continue
        raw = _without_separator(content[piece.start : piece.end])
        try:
            check_message(raw)
        except NotMail as error:
            yield replace(found, error=_why(error))
        else:
            yield replace(found, raw=raw)


def _without_separator(raw: bytes) -> bytes:
    for ending in (b"\r\n\r\n", b"\n\n", b"\r\r"):
        if raw.endswith(ending):
            return raw[: -(len(ending) // 2)]
    return raw


def _too_large(size: int, largest: int) -> str:
    return f"{size} bytes are more than GATEWAY_MAX_MESSAGE_BYTES ({largest}) allows"


def _why(error: Exception) -> str:
    return (error.strerror or type(error).__name__) if isinstance(error, OSError) else str(error)
