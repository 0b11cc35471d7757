"""PDF (ISO 32000-2): links, embedded files, scripts and programs, and QR codes on the first pages.

pdfium opens what Chrome shows. What starts by itself is looked for in the bytes too, because pdfium tells of named
scripts only.
"""

import ctypes
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from gateway.mail.containers.budget import Budget
from gateway.mail.containers.compression import unpack
from gateway.mail.containers.link_text import links_in_bytes, links_of
from gateway.mail.containers.opened import Member, Opened
from gateway.mail.containers.pdf_pictures import links_on_pages

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

_PROGRAM: Final = re.compile(rb"/(?:JavaScript|JS|Launch)\b")
_CODED_NAME: Final = re.compile(rb"#([0-9a-fA-F]{2})")
_OBJECT_STREAM: Final = re.compile(rb"/ObjStm\b[^\x00]{0,300}?stream\r?\n", re.DOTALL)
_UNFOLDED: Final = 20_000_000
_PACKED: Final = 2_000_000
_MOST_PAGES: Final = 1_000
_PAGES_OF_TEXT: Final = 200
_MOST_LINKS: Final = 4_000
_MOST_FILES: Final = 500
_LINKS_OF_PAGE: Final = 5_000
_LONGEST_LINK: Final = 4_096
_LAUNCH: Final = 4
_PASSWORD: Final = "password"  # noqa: S105 - a word in pdfium's error, not a secret.


def open_pdf(data: bytes, name: str, budget: Budget) -> Opened:
    """Open a document: what pdfium finds in it, or that it needs a password."""
    import pypdfium2

    opened = Opened()
    pieces = list(_pieces(data, name, budget))
    if any(_PROGRAM.search(piece) for piece in pieces):
        opened.features.append("active-pdf")
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        opened.encrypted = _PASSWORD in str(error).lower() or b"/Encrypt" in data
        # Other programs may repair what pdfium gives up. What its objects say is read all the same.
        for piece in pieces:
            opened.links += links_in_bytes(piece, name, budget)
        if not opened.encrypted and any(b"/EmbeddedFile" in piece for piece in pieces):
            budget.leave_out(f"PDF {name} could not be opened, and holds files.")
        return opened
    with document:
        opened.encrypted = b"/Encrypt" in data
        _embedded(document, name, budget, opened)
        _pages(document, name, budget, opened)
        opened.links += links_on_pages(document, name, budget)
    return opened


def _pieces(data: bytes, name: str, budget: Budget) -> Iterator[bytes]:
    """Yield the document and its packed objects, with names in plain letters."""
    yield _CODED_NAME.sub(_letter, data)
    room = _UNFOLDED
    for match in _OBJECT_STREAM.finditer(data):
        piece = unpack("zlib", memoryview(data)[match.end() : match.end() + _PACKED], room)
        room -= len(piece)
        if room <= 0:
            budget.leave_out(f"The objects of PDF {name} are too many to be read.")
            return
        yield _CODED_NAME.sub(_letter, piece)


def _letter(match: re.Match[bytes]) -> bytes:
    return bytes([int(match[1], 16)])


def _embedded(document: "PdfDocument", name: str, budget: Budget, opened: Opened) -> None:
    count = document.count_attachments()
    if count > _MOST_FILES:
        budget.leave_out(f"PDF {name} holds more than {_MOST_FILES:,} files: the rest was not read.")
    for index in range(min(count, _MOST_FILES)):
        attachment = document.get_attachment(index)
        content = bytes(attachment.get_data())
        inner = attachment.get_name()
        opened.names.append(inner)
        if budget.take(len(content)):
            opened.members.append(Member(inner, content))
        else:
            budget.leave_out(f"A file in PDF {name} is too large to be opened: {inner[:80]}.")


def _pages(document: "PdfDocument", name: str, budget: Budget, opened: Opened) -> None:
    count = len(document)
    if count > _MOST_PAGES:
        budget.leave_out(f"PDF {name} has more than {_MOST_PAGES} pages: the rest was not read.")
    addresses: dict[str, None] = {}
    for index in range(min(count, _MOST_PAGES)):
        page = document[index]
        addresses.update(dict.fromkeys(_page_links(document, page, opened)))
        if index < _PAGES_OF_TEXT:
            addresses.update(dict.fromkeys(_web_links(page)))
        if len(addresses) > _MOST_LINKS:
            budget.leave_out(f"PDF {name} holds more than {_MOST_LINKS:,} links: the rest was not read.")
            break
        page.close()
    if count > _PAGES_OF_TEXT:
        budget.note(
            f"Addresses in the text of {name} were looked for on the first {_PAGES_OF_TEXT} of {count:,} pages."
        )
    opened.links += links_of(addresses, name)


def _page_links(document: "PdfDocument", page: "PdfPage", opened: Opened) -> Iterator[str]:
    """Yield the addresses of a page's link annotations."""
    import pypdfium2.raw as pdfium

    position, link = ctypes.c_int(0), pdfium.FPDF_LINK()
    for _count in range(_LINKS_OF_PAGE):
        if not pdfium.FPDFLink_Enumerate(page, position, link):
            return
        action = pdfium.FPDFLink_GetAction(link)
        if pdfium.FPDFAction_GetType(action) == _LAUNCH and "active-pdf" not in opened.features:
            opened.features.append("active-pdf")
        yield _uri(document, action, pdfium)


def _uri(document: "PdfDocument", action: Any, pdfium: Any) -> str:
    size = pdfium.FPDFAction_GetURIPath(document, action, None, 0)
    if not 0 < size <= _LONGEST_LINK:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDFAction_GetURIPath(document, action, buffer, size)
    return buffer.value.decode("utf-8", "replace")


def _web_links(page: "PdfPage") -> Iterator[str]:
    """Yield the addresses that stand as text on a page, which readers make links of."""
    import pypdfium2.raw as pdfium

    text = page.get_textpage()
    found = pdfium.FPDFLink_LoadWebLinks(text)
    try:
        for index in range(min(pdfium.FPDFLink_CountWebLinks(found), _LINKS_OF_PAGE)):
            size = pdfium.FPDFLink_GetURL(found, index, None, 0)
            buffer = (ctypes.c_ushort * size)()
            pdfium.FPDFLink_GetURL(found, index, buffer, size)
            yield bytes(buffer).decode("utf-16-le", "replace").rstrip("\x00")
    finally:
        pdfium.FPDFLink_CloseWebLinks(found)
        text.close()
