"""Office documents in Open XML (ECMA-376): macros, templates from elsewhere, links, embedded files and pictures."""

import re
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Final
from xml.parsers import expat

from gateway.mail.containers import qr_pictures
from gateway.mail.containers.budget import Budget
from gateway.mail.containers.link_text import links_of
from gateway.mail.containers.opened import Member, Opened

Reader = Callable[[str], bytes | None]

_KINDS: Final = (
    ("word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
_FETCHED: Final = ("attachedtemplate", "oleobject", "frame", "subdocument", "afchunk", "control")
_FIELD: Final = re.compile(rb"HYPERLINK[\s(]{0,20}(?:&quot;|\")([^\"<>&]{3,2000}(?:&amp;[^\"<>&]{0,2000}){0,50})")
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp")


def is_office(names: Collection[str]) -> bool:
    """Return whether a ZIP archive with these entries is an Office document."""
    lowered = [name.lower() for name in names]
    return "[content_types].xml" in lowered and any(
        name.startswith(prefix) for prefix, _media_type in _KINDS for name in lowered
    )


def open_office(archive: Opened, read: Reader, name: str, budget: Budget) -> Opened:
    """Open a document; `archive` names its entries, and `read` returns the content of one."""
    lowered = {entry.lower(): entry for entry in archive.names}
    media_type = next(kind for prefix, kind in _KINDS if any(entry.startswith(prefix) for entry in lowered))
    opened = Opened(media_type=media_type, encrypted=archive.encrypted)
    if archive.encrypted:
        return opened
    macro = any(entry.rpartition("/")[2] in {"vbaproject.bin", "vbadata.xml"} for entry in lowered)
    if macro or any(entry.startswith("xl/macrosheets/") for entry in lowered):
        opened.features.append("macro")
    for entry, written in lowered.items():
        if entry.endswith(".rels"):
            _relationships(read(written) or b"", name, opened)
        elif entry.endswith("document.xml") or entry.startswith("xl/worksheets/sheet"):
            content = read(written) or b""
            addresses = [match[1].replace(b"&amp;", b"&") for match in _FIELD.finditer(content)]
            opened.links += links_of((address.decode("utf-8", "replace") for address in addresses), name)
        elif "/embeddings/" in entry and (content := read(written) or b""):
            opened.members.append(Member(written, content))
        elif "/media/" in entry and entry.endswith(_PICTURES) and (content := read(written) or b""):
            opened.links += qr_pictures.links_in_picture(content, name, budget)
    return opened


def _relationships(source: bytes, name: str, opened: Opened) -> None:
    """Add what one list of relationships leads to outside of the document."""
    addresses: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] != "Relationship" or attributes.get("TargetMode", "").lower() != "external":
            return
        kind, target = attributes.get("Type", "").rpartition("/")[2].lower(), attributes.get("Target", "")
        if kind in _FETCHED and _leads_outside(target) and "remote-template" not in opened.features:
            opened.features.append("remote-template")
        if kind in {*_FETCHED, "hyperlink"}:
            addresses.append(target)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    # Office refuses a damaged list as well; what was read before counts.
    with suppress(expat.ExpatError):
        parser.Parse(source, True)
    opened.links += links_of(addresses, name)


def _leads_outside(target: str) -> bool:
    return target.lower().startswith(("http:", "https:", "ftp:", "mhtml:", "\\\\", "file://", "//", "x-usc:"))
