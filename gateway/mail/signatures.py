"""Detect a file's media type by its signature (magic bytes)."""

from typing import Final

import puremagic

from gateway.mail.markup import Tag, tokens

_STARTS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-elf"),
    (b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (b"\xce\xfa\xed\xfe", "application/x-mach-binary"),
    (b"\xfe\xed\xfa\xcf", "application/x-mach-binary"),
    (b"\xfe\xed\xfa\xce", "application/x-mach-binary"),
    (b"\xca\xfe\xba\xbe", "application/java-vm"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"MSCF", "application/vnd.ms-cab-compressed"),
    (b"ITSF", "application/vnd.ms-htmlhelp"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "application/x-ms-shortcut"),
    (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "application/onenote"),
    (b"{\\rt", "application/rtf"),
    (b"vhdxfile", "application/x-vhdx"),
    (b"conectix", "application/x-vhd"),
    (b"x\x9f\x3e\x22", "application/ms-tnef"),
    (b"#!", "text/x-shellscript"),
    (b"BEGIN:VCALENDAR", "text/calendar"),
    (b"BEGIN:VCARD", "text/vcard"),
    (b"-----BEGIN PGP", "application/pgp-encrypted"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\x00\x00\x01\x00", "image/vnd.microsoft.icon"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "application/ogg"),
)
_ISO_MARK: Final = b"CD001"
_ISO_PLACES: Final = (0x8001, 0x8801, 0x9001)
_TEXT_SAMPLE: Final = 4_096
_HTML_TAGS: Final = frozenset(
    [
        "html",
        "head",
        "body",
        "script",
        "form",
        "div",
        "table",
        "p",
        "a",
        "meta",
        "img",
        "iframe",
        "style",
        "br",
        "span",
        "title",
        "input",
    ]
)
_BYTE_ORDER_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_MOST_CONTROLS: Final = 0.02


def detect_type(data: bytes, declared: str = "") -> str:
    """Return the media type of the content.

    Text without a signature keeps the declared type if that is text/*.
    """
    for start, media_type in _STARTS:
        if data.startswith(start):
            return media_type
    if data[8:12] == b"WEBP" and data.startswith(b"RIFF"):
        return "image/webp"
    if any(data[place : place + 5] == _ISO_MARK for place in _ISO_PLACES):
        return "application/x-iso9660-image"
    if data[:1] == b"B" and data[:2] == b"BM" and int.from_bytes(data[2:6], "little") == len(data):
        return "image/bmp"
    if is_text(data):
        return _text_type(data, declared)
    return _by_library(data) or "application/octet-stream"


def is_text(data: bytes) -> bool:
    """Return whether the first 4,096 bytes are text.

    Text has at most 2 % control characters, and no NUL unless it begins with a byte order mark of UTF-16.
    """
    sample = data[:_TEXT_SAMPLE]
    if sample.startswith(_BYTE_ORDER_MARKS[1:]):
        return True
    if b"\x00" in sample:
        return False
    controls = sum(1 for byte in sample if byte < 32 and byte not in b"\t\n\r\f\x1b")
    return controls <= len(sample) * _MOST_CONTROLS


def _text_type(data: bytes, declared: str) -> str:
    sample = data[:_TEXT_SAMPLE]
    text = sample.decode("utf-16", "ignore") if sample.startswith(_BYTE_ORDER_MARKS[1:]) else sample.decode("latin-1")
    head = text.lstrip("\ufeffï»¿ \t\r\n").lower()
    if head.startswith("[internetshortcut]"):
        return "application/x-url-shortcut"
    if head.startswith("<"):
        return _markup_type(head)
    return declared if declared.startswith("text/") else "text/plain"


def _markup_type(head: str) -> str:
    if head.startswith(("<!doctype html", "<html")):
        return "text/html"
    names = {token.name for token in tokens(head, 50) if isinstance(token, Tag)}
    if "svg" in names:
        return "image/svg+xml"
    if "hta:application" in names:
        return "application/hta"
    if names & _HTML_TAGS and not head.startswith("<?xml"):
        return "text/html"
    return "application/xml" if head.startswith("<?xml") else "text/plain"


def _by_library(data: bytes) -> str:
    try:
        return next((match.mime_type for match in puremagic.magic_string(data[:65_536]) if match.mime_type), "")
    except (puremagic.PureError, ValueError, IndexError):
        return ""
