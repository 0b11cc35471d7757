"""Find addresses in the bytes of documents that store them as text."""

import re
from collections.abc import Iterable
from typing import Final

from gateway.mail import limits
from gateway.mail.charsets import decode
from gateway.mail.containers.budget import Budget
from gateway.mail.html_reading import HtmlReading, read_html
from gateway.mail.links import links_in_text
from gateway.mail.message import Link
from gateway.mail.storable import storable

_NARROW: Final = re.compile(rb"(?:https?|ftp|file)://[\x21\x23-\x3b\x3d\x3f-\x5b\x5d-\x7a\x7e]{3,2000}", re.IGNORECASE)
_WIDE: Final = re.compile(
    rb"(?:h\x00t\x00t\x00p\x00(?:s\x00)?|f\x00t\x00p\x00):\x00/\x00/\x00(?:[\x21\x23-\x3b\x3d\x3f-\x5b\x5d-\x7a\x7e]\x00){3,2000}",
    re.IGNORECASE,
)
_MOST: Final = 2_000
_PAGE_BYTES: Final = 4_000_000
# Addresses that name a vocabulary of XML or a schema. Nobody follows them.
_NAMESPACES: Final = (
    "http://schemas.",
    "http://www.w3.org/",
    "http://purl.org/",
    "http://ns.adobe.com/",
    "http://openoffice.org/",
    "http://docs.oasis-open.org/",
)


def links_in_bytes(data: bytes, place: str, budget: Budget) -> list[Link]:
    """Return the web addresses in a document's bytes, in Latin letters or UTF-16, without those of vocabularies."""
    found: dict[str, None] = {}
    for pattern, charset in ((_NARROW, "latin-1"), (_WIDE, "utf-16-le")):
        for match in pattern.finditer(data):
            address = match[0].decode(charset, "replace").rstrip(".,;:!?)]}'")
            if not address.lower().startswith(_NAMESPACES):
                found[address] = None
            if len(found) > _MOST:
                budget.leave_out(f"File {place} holds more than {_MOST:,} addresses: the rest was not read.")
                break
    return links_of(found, place)


def links_of(addresses: Iterable[str], place: str, kind: str = "a") -> list[Link]:
    """Return a link for each address that is not empty, each once."""
    kept = dict.fromkeys(storable(address.strip())[: limits.LINK_CHARACTERS] for address in addresses)
    return [Link(address, "", kind, place=place) for address in kept if address]


def links_of_page(source: str, place: str, budget: Budget) -> list[Link]:
    """Return the links of an HTML or SVG document."""
    reading = read_html(source)
    leave_out_of_page(reading, place, budget)
    return placed(reading.links, place)


def leave_out_of_page(reading: HtmlReading, place: str, budget: Budget) -> None:
    """Tell the budget if a page was not read to its end."""
    if reading.unread:
        budget.leave_out(f"The page {place[:80]} was not read to its end.")


def links_of_text(text: str, place: str) -> list[Link]:
    """Return the addresses in a text."""
    return placed(links_in_text(text), place)


def placed(links: Iterable[Link], place: str) -> list[Link]:
    """Return the links with the place where they were found."""
    return [
        Link(link.href, link.text, link.kind, hidden=link.hidden, written=link.written, place=place) for link in links
    ]


def page_source(data: bytes, place: str, budget: Budget) -> str:
    """Return the decoded source of an HTML or SVG file, at most 4 MB of it."""
    if len(data) > _PAGE_BYTES:
        budget.leave_out(f"File {place} is longer than {_PAGE_BYTES:,} bytes: its end was not read.")
    return decode(data[:_PAGE_BYTES], "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "")
