"""Documents of LibreOffice and its kin (OASIS OpenDocument 1.3): macros, links, embedded objects and pictures."""

import html
import re
from collections.abc import Callable, Collection
from typing import Final

from gateway.mail.containers import qr_pictures
from gateway.mail.containers.budget import Budget
from gateway.mail.containers.link_text import links_of
from gateway.mail.containers.opened import Member, Opened

_TYPE: Final = re.compile(rb"application/vnd\.oasis\.opendocument\.[a-z-]{1,40}")
_LINK: Final = re.compile(rb"\bxlink:href\s{0,20}=\s{0,20}[\"']([a-zA-Z]{2,10}:[^\"'<>]{3,4000})")
_READ: Final = frozenset({"content.xml", "styles.xml", "meta.xml"})


def is_open_document(names: Collection[str]) -> bool:
    """Return whether a ZIP archive with these entries is an OpenDocument file."""
    return {"mimetype", "content.xml", "META-INF/manifest.xml"} <= set(names)


def open_open_document(archive: Opened, read: Callable[[str], bytes | None], name: str, budget: Budget) -> Opened:
    """Open a document; `archive` names its entries, and `read` returns the content of one."""
    declared = _TYPE.match(read("mimetype") or b"")
    opened = Opened(media_type=declared[0].decode() if declared else "application/zip", encrypted=archive.encrypted)
    if b"manifest:encryption-data" in (read("META-INF/manifest.xml") or b""):
        opened.encrypted = True
        return opened
    if any(entry.startswith(("Basic/", "Scripts/")) for entry in archive.names):
        opened.features.append("macro")
    for entry in archive.names:
        if entry in _READ:
            found = _LINK.findall(read(entry) or b"")
            opened.links += links_of((html.unescape(address.decode("utf-8", "replace")) for address in found), name)
        elif entry.startswith("Pictures/") and (content := read(entry)):
            opened.links += qr_pictures.links_in_picture(content, name, budget)
        elif entry.startswith("Object") and "/" not in entry and (content := read(entry)):
            opened.members.append(Member(entry, content))
    return opened
