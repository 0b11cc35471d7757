"""Detect a file's media type by its signature (magic bytes)."""

import re
from typing import Final

import puremagic

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
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
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
_TAR_HEADER: Final = 512
_CMS_REACH: Final = 64
# Readers take a document whose mark lies within the first KB (ISO 32000-1, Annex H, note 13).
_PDF_REACH: Final = 1_024
# The object identifiers 1.2.840.113549.1.7 (PKCS #7) and 1.2.840.113549.1.9.16.1 (S/MIME).
_PKCS7: Final = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
_SMIME: Final = b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01"
_CMS_TYPES: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
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
# The names of start tags. What stands in a comment is passed over.
_TAG_NAME: Final = re.compile(r"<!--.*?(?:-->|\Z)|<([a-z][^\s/>]*)", re.DOTALL)
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
    if _is_tar(data[:_TAR_HEADER]):
        return "application/x-tar"
    if _is_cms(data[:_CMS_REACH], declared):
        return "application/pkcs7-mime"
    if data[:1] == b"B" and data[:2] == b"BM" and int.from_bytes(data[2:6], "little") == len(data):
        return "image/bmp"
    if b"%PDF-" in data[:_PDF_REACH]:
        return "application/pdf"
    if is_text(data):
        return _text_type(data, declared)
    return _by_library(data) or "application/octet-stream"


def _is_tar(header: bytes) -> bool:
    """Return whether this is a tar header: its mark (POSIX), or its checksum, which old archives have too."""
    if len(header) < _TAR_HEADER:
        return False
    if header[257:262] == b"ustar":
        return True
    digits = header[148:156].strip(b" \x00")
    if not digits or digits.translate(None, b"01234567"):
        return False
    return int(digits, 8) == sum(header) - sum(header[148:156]) + 8 * 32


def _is_cms(head: bytes, declared: str) -> bool:
    """Return whether this is a CMS structure (RFC 5652): an object identifier of PKCS #7 in a sequence."""
    if head.startswith(b"-----BEGIN ") and (b"PKCS7" in head or b"CMS" in head):
        return True
    return head[:1] == b"\x30" and (_PKCS7 in head or (declared in _CMS_TYPES and _SMIME in head))


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
    names = {match[1] for match in _TAG_NAME.finditer(head) if match[1]}
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
