"""The file of symbols: each icon that a template or the navigation names, made from the package heroicons."""

import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import heroicons
from django.conf import settings

from dashboard.context import NAV_ICONS

NAME = "img/icons.svg"
# Edge of the square that each style is drawn in.
VIEW_BOXES = {"micro": 16, "mini": 20, "outline": 24, "solid": 24}
_NAMED = re.compile(r'heroicon_(micro|mini|outline|solid) "([a-z0-9-]+)"')
_NOT_OF_SYMBOLS = ("xmlns", "aria-hidden", "width", "height")


@cache
def used() -> frozenset[tuple[str, str]]:
    """Return (style, name) of each icon in the file. Others are drawn in place."""
    templates = (path for folder in settings.TEMPLATES[0]["DIRS"] for path in Path(folder).rglob("*.html"))
    named = {found for path in templates for found in _NAMED.findall(path.read_text())}
    return frozenset(named | NAV_ICONS)


def drawing() -> str:
    """Return the file of symbols as SVG. The id of a symbol is its style and name, such as `mini-bell`."""
    symbols = "".join(_symbol(style, name) for style, name in sorted(used()))
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>'


def _symbol(style: str, name: str) -> str:
    icon = ElementTree.fromstring(heroicons._render_icon(style, name, None, {}))  # noqa: S314 - of the package
    icon.tag = "symbol"
    for attribute in _NOT_OF_SYMBOLS:
        icon.attrib.pop(attribute, None)
    icon.set("id", f"{style}-{name}")
    return re.sub(r">\s+<", "><", ElementTree.tostring(icon, encoding="unicode"))
