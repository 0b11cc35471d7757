"""Detect macros and encryption in Office documents (OOXML and OLE compound files)."""

import io
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import olefile

_MACRO_STORAGES: Final = frozenset({"vba", "macros", "_vba_project_cur", "_vba_project"})
_MSI_CLASS: Final = "000C1084-0000-0000-C000-000000000046"
_OOXML_KINDS: Final = (
    ("word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
_MOST_STREAMS: Final = 2_000


@dataclass(frozen=True, slots=True)
class OfficeContents:
    """The media type of a document, whether it needs a password, and its features (`macro` or `executable`)."""

    media_type: str
    encrypted: bool = False
    features: tuple[str, ...] = ()


def read_ooxml(names: Iterable[str]) -> OfficeContents | None:
    """Return the kind of Office document by the entry names of a ZIP archive, or None if it is not one."""
    lowered = {name.lower() for name in names}
    if "[content_types].xml" not in lowered:
        return None
    for prefix, media_type in _OOXML_KINDS:
        if any(name.startswith(prefix) for name in lowered):
            macro = any(name.rpartition("/")[2] in {"vbaproject.bin", "vbadata.xml"} for name in lowered)
            macro = macro or any(name.startswith("xl/macrosheets/") for name in lowered)
            return OfficeContents(media_type, features=("macro",) if macro else ())
    return None


def read_compound_file(data: bytes) -> OfficeContents:
    """Inspect an OLE compound file; never raises; a damaged file gets the generic type of OLE storage."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            return _read_streams(ole)
    except Exception:  # noqa: BLE001 - olefile raises errors of many kinds on damaged files, some of them undocumented.
        return OfficeContents("application/x-ole-storage")


def _read_streams(ole: olefile.OleFileIO) -> OfficeContents:
    paths = ole.listdir(streams=True, storages=True)[:_MOST_STREAMS]
    names = {part.lower() for path in paths for part in path}
    features = ("macro",) if names & _MACRO_STORAGES else ()
    if ole.root is not None and str(getattr(ole.root, "clsid", "")).upper() == _MSI_CLASS:
        return OfficeContents("application/x-msi", features=("executable",))
    if "encryptedpackage" in names:
        return OfficeContents("application/x-encrypted-office", encrypted=True, features=features)
    if "worddocument" in names:
        return OfficeContents("application/msword", _is_encrypted_word(ole), features)
    if "workbook" in names or "book" in names:
        return OfficeContents("application/vnd.ms-excel", _is_encrypted_excel(ole), features)
    if "powerpoint document" in names:
        return OfficeContents("application/vnd.ms-powerpoint", features=features)
    if any(name.startswith("__properties_version") for name in names):
        return OfficeContents("application/vnd.ms-outlook")
    return OfficeContents("application/x-ole-storage", features=features)


def _is_encrypted_word(ole: olefile.OleFileIO) -> bool:
    with ole.openstream("WordDocument") as stream:
        head = stream.read(12)
    return len(head) == 12 and bool(struct.unpack_from("<H", head, 10)[0] & 0x0100)


def _is_encrypted_excel(ole: olefile.OleFileIO) -> bool:
    """Return whether a FILEPASS record follows the first BOF record."""
    with ole.openstream("Workbook" if ole.exists("Workbook") else "Book") as stream:
        head = stream.read(64)
    if len(head) < 8:
        return False
    (length,) = struct.unpack_from("<H", head, 2)
    return bool(head[4 + length : 6 + length] == b"\x2f\x00")
