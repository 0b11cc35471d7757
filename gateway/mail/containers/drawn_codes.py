"""Read QR codes that are drawn with characters: blocks, half blocks, or any two signs, as terminals print them."""

import re
from collections.abc import Iterator
from typing import Final

from gateway.mail.containers.qr_pictures import links_in_image
from gateway.mail.message import Link

_BLANKS: Final = frozenset(" \u00a0\u2003\u3000\u2800\u2591\u2b1c\u25a1.-_")
# A sign is drawn as a column of two dots: the upper and the lower half.
_UPPER: Final = frozenset("\u2580\u2594\u259b\u259c")
_LOWER: Final = frozenset("\u2584\u2582\u2583\u2585")
_WORD: Final = re.compile(r"[a-z]{2}|[0-9]{2}")
_FEWEST_LINES: Final = 11
_FEWEST_SIGNS: Final = 21
_MOST_SIGNS: Final = 4
_SHORTEST_LINE: Final = _FEWEST_SIGNS // 2
_LONGEST_LINE: Final = 400
_MOST_LINES: Final = 400
_MOST_DRAWINGS: Final = 20
_SCALE: Final = 4
_MARGIN: Final = 8


def links_in_drawings(text: str) -> list[Link]:
    """Return the addresses of the codes that a text draws, each once."""
    found = {link.href: link for lines in _drawings(text) for link in _read(lines)}
    return list(found.values())


def _drawings(text: str) -> Iterator[list[str]]:
    """Yield lines in a row that consist of at most four different signs and no words."""
    lines: list[str] = []
    drawings = 0
    all_lines = text.splitlines()
    # Most lines are words, which their beginning tells.
    drawn = [1 for line in all_lines if len(line) >= _SHORTEST_LINE and len(set(line[:_FEWEST_SIGNS])) <= _MOST_SIGNS]
    if len(drawn) < _FEWEST_LINES:
        return
    for line in [*all_lines, ""]:
        plain = line.rstrip()
        if _SHORTEST_LINE <= len(plain) <= _LONGEST_LINE and _is_drawn(plain):
            lines.append(plain)
            continue
        if _FEWEST_LINES <= len(lines) <= _MOST_LINES and max(map(len, lines)) >= _FEWEST_SIGNS:
            yield lines
            drawings += 1
            if drawings >= _MOST_DRAWINGS:
                return
        lines = []


def _is_drawn(line: str) -> bool:
    return len(set(line)) <= _MOST_SIGNS and not _WORD.search(line)


def _read(lines: list[str]) -> list[Link]:
    from PIL import Image

    width, height = max(map(len, lines)), 2 * len(lines)
    picture = Image.new("L", (width + 2 * _MARGIN, height + 2 * _MARGIN), 255)
    for row, line in enumerate(lines):
        for column, sign in enumerate(line):
            spot = (_MARGIN + column, _MARGIN + 2 * row)
            if sign in _BLANKS:
                continue
            if sign not in _LOWER:
                picture.putpixel(spot, 0)
            if sign not in _UPPER:
                picture.putpixel((spot[0], spot[1] + 1), 0)
    size = picture.width * _SCALE, picture.height * _SCALE
    return links_in_image(picture.resize(size, Image.Resampling.NEAREST), "")
