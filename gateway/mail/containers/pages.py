"""Web pages and pictures that are web pages (HTML, SVG) as files, and files that hold one address."""

import html
import re
from typing import Final

from gateway.mail.charsets import decode
from gateway.mail.containers.budget import Budget
from gateway.mail.containers.link_text import leave_out_of_page, links_of, page_source, placed
from gateway.mail.containers.opened import Opened
from gateway.mail.containers.qr_pictures import links_in_page
from gateway.mail.html_reading import read_html

_SMUGGLING: Final = re.compile(
    r"mssaveoropenblob|createobjecturl|new\s{1,20}blob\s{0,20}\(|\batob\s{0,20}\(|string\.fromcharcode|"
    r"document\.write\s{0,20}\(\s{0,20}unescape|eval\s{0,20}\(|decodeuricomponent\s{0,20}\(\s{0,20}escape",
    re.IGNORECASE,
)
_ADDRESS_LINE: Final = re.compile(
    r"^\s{0,20}(?:URL|BaseURL)\s{0,20}=\s{0,20}([^\r\n]{1,4000})", re.IGNORECASE | re.MULTILINE
)

# Links of SVG (xlink:href, or href in SVG 2) to other documents, not to parts of the picture.
_SVG_LINK: Final = re.compile(r"\bhref\s{0,20}=\s{0,20}[\"']\s{0,20}((?:https?:)?//[^\"'<>]{3,4000})", re.IGNORECASE)
_SVG_REACH: Final = 65_536


def open_page(data: bytes, name: str, budget: Budget) -> Opened:
    """Read a page: its links, and the features of `read_html`, with its `script` renamed to page-script."""
    source = page_source(data, name, budget)
    reading = read_html(source)
    leave_out_of_page(reading, name, budget)
    # A page that contains a script is distinguished from a file that is a script.
    features = ["page-script" if feature == "script" else feature for feature in reading.features]
    if _SMUGGLING.search(source):
        features.append("smuggling")
    opened = Opened(features=features, links=placed(reading.links, name))
    if "<svg" in source[:_SVG_REACH].lower():
        opened.links += links_of((html.unescape(match[1]) for match in _SVG_LINK.finditer(source)), name)
    opened.links += links_in_page(source, name, budget)
    return opened


def open_shortcut(data: bytes, name: str, _budget: Budget) -> Opened:
    """Read the address of an Internet shortcut (.url)."""
    text = decode(data, "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "")
    return Opened(links=links_of((match[1] for match in _ADDRESS_LINE.finditer(text)), name))
