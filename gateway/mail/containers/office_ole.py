"""Office documents and installers in OLE compound files ([MS-CFB]): macros, passwords, links and embedded files."""

import io
import struct
from typing import Final

import olefile

from gateway.mail.containers.budget import Budget
from gateway.mail.containers.link_text import links_in_bytes
from gateway.mail.containers.ole_objects import packaged_file
from gateway.mail.containers.opened import Member, Opened

_MACRO_STORAGES: Final = frozenset({"vba", "macros", "_vba_project_cur", "_vba_project"})
_MSI_CLASS: Final = "000C1084-0000-0000-C000-000000000046"
_MOST_STREAMS: Final = 2_000
_NATIVE: Final = "\x01ole10native"
_DOCUMENTS: Final = {
    "worddocument": "application/msword",
    "workbook": "application/vnd.ms-excel",
    "book": "application/vnd.ms-excel",
    "powerpoint document": "application/vnd.ms-powerpoint",
}


def open_compound_file(data: bytes, name: str, budget: Budget) -> Opened:
    """Open a compound file. A damaged one keeps the generic type, and nothing is told of it."""
    opened = Opened(media_type="application/x-ole-storage")
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            _read(ole, name, opened, budget)
    except Exception:  # noqa: BLE001 - olefile raises errors of many kinds on damaged files, some of them undocumented.
        return opened
    if opened.media_type in _DOCUMENTS.values() and not opened.encrypted:
        opened.links += links_in_bytes(data, name, budget)
    return opened


def _read(ole: olefile.OleFileIO, name: str, opened: Opened, budget: Budget) -> None:
    paths = ole.listdir(streams=True, storages=True)
    if len(paths) > _MOST_STREAMS:
        budget.leave_out(f"File {name} holds more than {_MOST_STREAMS:,} streams: the rest was not read.")
    names = {part.lower() for path in paths for part in path}
    if ole.root is not None and str(getattr(ole.root, "clsid", "")).upper() == _MSI_CLASS:
        opened.media_type, opened.features = "application/x-msi", ["executable"]
        return
    if any(stream.startswith("__properties_version") for stream in names):
        opened.media_type = "application/vnd.ms-outlook"
        return
    if names & _MACRO_STORAGES:
        opened.features.append("macro")
    if "encryptedpackage" in names:
        opened.media_type, opened.encrypted = "application/x-encrypted-office", True
        return
    opened.media_type = next((kind for stream, kind in _DOCUMENTS.items() if stream in names), opened.media_type)
    if opened.media_type == "application/msword":
        opened.encrypted = _is_encrypted_word(ole)
    elif opened.media_type == "application/vnd.ms-excel":
        opened.encrypted = _is_encrypted_excel(ole)
    opened.members += _embedded(ole, paths[:_MOST_STREAMS], budget)


def _embedded(ole: olefile.OleFileIO, paths: list[list[str]], budget: Budget) -> list[Member]:
    found: list[Member] = []
    for path in paths:
        if (
            path[-1].lower() == _NATIVE
            and ole.get_type(path) == olefile.STGTY_STREAM
            and budget.take(ole.get_size(path))
        ):
            with ole.openstream(path) as stream:
                member = packaged_file(stream.read())
            found += [member] if member is not None else []
    return found


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
