"""Tell what a file to import is by its content: a message, an mbox, a packed one, or something else."""

import gzip
import re
import tempfile
import zlib
from pathlib import Path
from typing import IO, Final

from gateway.mail.saved_files import as_eight_bit

HEAD_BYTES: Final = 65_536
_LARGEST_UNPACKED: Final = 4_000_000_000
_GZIP: Final = b"\x1f\x8b\x08"
_OTHERS: Final = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Outlook message (.msg) or another OLE file: save it as .eml"),
    (b"!BDN", "an Outlook folder (.pst or .ost): export its messages as .eml or mbox"),
    (b"PK\x03\x04", "a ZIP archive: unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it first"),
    (b"Rar!\x1a\x07", "a RAR archive: unpack it first"),
    (b"BZh", "packed with bzip2: unpack it first"),
    (b"\xfd7zXZ\x00", "packed with xz: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd: unpack it first"),
    (b"%PDF-", "a PDF file"),
)
# Fields that the header of a mail has. One of them has to stand before the first empty line.
_FIELD: Final = re.compile(
    rb"(?:\A|(?<=[\r\n]))(?:from|to|cc|bcc|subject|date|message-id|received|return-path|reply-to|sender|delivered-to"
    rb"|mime-version|content-type|content-transfer-encoding|in-reply-to|references|dkim-signature|x-[a-z0-9-]{1,60})"
    rb"[ \t]{0,8}:",
    re.IGNORECASE,
)
_LEADING: Final = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]{0,1000}")
_BLANK_LINE: Final = re.compile(rb"\n\r{0,2}\n|\r\r(?!\n)")
_EMLX: Final = re.compile(rb"[ \t]{0,20}(\d{1,12})[ \t]{0,40}\r?\n")


class NotMail(ValueError):
    """The file is no mail that can be read; the message says what it is."""


def check_message(raw: bytes, *, is_named_as_one: bool = False) -> None:
    """Raise NotMail if the bytes are no message: if none of a mail's fields stands before the first empty line.

    In a file that is named as a message (`.eml`), text without a header is a body, and no content is an empty message.
    """
    head = as_eight_bit(raw[:HEAD_BYTES])
    for start, what in _OTHERS:
        if head.startswith(start):
            raise NotMail(f"it is {what}")
    leading = _LEADING.match(head)
    begin = leading.end() if leading else 0
    blank = _BLANK_LINE.search(head, begin)
    if is_named_as_one and b"\x00" not in head:
        return
    if not head.strip():
        raise NotMail("it is empty")
    if _FIELD.search(head, begin, blank.start() if blank else len(head)) is None:
        raise NotMail("it is no message: it has no header")


def is_gzip(head: bytes) -> bool:
    """Return whether the file is packed with gzip."""
    return head.startswith(_GZIP)


def unpacked(path: Path) -> IO[bytes]:
    """Return a temporary file with the content of a gzip file, at its beginning.

    Raise NotMail if the file is broken or holds more than 4 GB.
    """
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it.
    try:
        with gzip.open(path) as source:
            while chunk := source.read(1_048_576):
                target.write(chunk)
                if target.tell() > _LARGEST_UNPACKED:
                    raise NotMail(f"it unpacks to more than {_LARGEST_UNPACKED:,} bytes")
    except (OSError, EOFError, zlib.error) as error:
        target.close()
        raise NotMail(f"it can't be unpacked: {error}") from error
    except NotMail:
        target.close()
        raise
    target.seek(0)
    return target


def emlx_message(raw: bytes) -> bytes:
    """Return the message in a file of Apple Mail (.emlx): a line with its length, the message, a property list.

    Raise NotMail if the file is none.
    """
    match = _EMLX.match(raw)
    if match is None:
        raise NotMail("it is no .emlx file: its first line is no length")
    message = raw[match.end() : match.end() + int(match[1])]
    if len(message) < int(match[1]):
        raise NotMail("it is cut short: the message is not complete")
    return message
