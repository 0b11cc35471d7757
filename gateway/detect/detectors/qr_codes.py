"""Detector for QR code phishing: codes to be scanned with a phone, as pictures or drawn with characters."""

import re
from collections.abc import Iterator
from typing import Final

from gateway.detect.defang import defang
from gateway.detect.evidence import Evidence
from gateway.detect.verdict import MALICIOUS, SUSPICIOUS, Finding
from gateway.mail.message import Link

_PRESSING: Final = ("account", "document", "payment", "delivery", "prize")
# Blocks, quadrants, squares and braille: what codes are drawn with in text. The smallest code has 21 rows and columns;
# with two rows in each line, more than 100 of its characters are not blank.
_DRAWN: Final = re.compile(
    "[\u2580-\u259f\u25a0\u25a1\u25aa\u25ab\u25fb-\u25fe\u2b1b\u2b1c\u2801-\u28ff\U0001fb00-\U0001fb3b]"
)
_CELL: Final = re.compile(r"<td[^<>]{0,200}(?:bgcolor|background)[^<>]{0,200}>(?:&nbsp;|\s){0,5}</td", re.IGNORECASE)
_WORD: Final = re.compile(r"[a-z]{2}|[0-9]{2}")
_SMALLEST: Final = 21
_FEWEST_DRAWN: Final = 100
_DENSE: Final = 0.35


def detect(evidence: Evidence) -> Iterator[Finding]:
    """Find a request to scan a code with something that can contain one, and codes that lead to strangers."""
    if evidence.is_internal or evidence.is_discussion:
        return
    yield from _addresses(evidence)
    drawn = is_drawn(evidence.message.html_text) or is_drawn(evidence.message.text) or _is_table(evidence.message.html)
    if drawn:
        yield Finding(
            "drawn-qr-code",
            SUSPICIOUS,
            0.6 if evidence.lures else 0.3,
            "The text seems to draw a QR code with characters, which hides its address from inspection.",
            "Body",
            "body",
        )
    if evidence.count("scan code"):
        yield from _lure(evidence, drawn=drawn)


def is_drawn(text: str) -> bool:
    """Return whether a text draws a QR code: many block characters close together, or a grid of two characters."""
    return _is_grid(text) or _is_dense(text)


def _is_grid(text: str) -> bool:
    """Return whether lines in a row, as many and as long as the smallest code has, consist of two or three characters.

    With two characters in a row for each dot or two rows in a line, the numbers differ by half.
    """
    rows = 0
    lines = text.splitlines()
    # Most lines are words, which their beginning tells.
    if len([1 for line in lines if len(line) >= _SMALLEST and len(set(line[:_SMALLEST])) <= 3]) < _SMALLEST:
        return False
    for line in lines:
        drawn = len(line.rstrip()) >= _SMALLEST and 2 <= len(set(line)) <= 3 and not _WORD.search(line)
        rows = rows + 1 if drawn else 0
        if rows >= _SMALLEST:
            return True
    return False


def _is_table(source: str) -> bool:
    """Return whether HTML has so many empty cells with a colour of their own that they draw a code."""
    return len(_CELL.findall(source)) >= _SMALLEST * _SMALLEST


def _is_dense(text: str) -> bool:
    places = [match.start() for match in _DRAWN.finditer(text)]
    if len(places) < _FEWEST_DRAWN:
        return False
    return any(
        _FEWEST_DRAWN / (places[last] - places[last - _FEWEST_DRAWN + 1] + 1) >= _DENSE
        for last in range(_FEWEST_DRAWN - 1, len(places))
    )


def _addresses(evidence: Evidence) -> Iterator[Finding]:
    """Yield a finding for the first code that leads outside the sender's domain and the organisation's."""
    codes = [target for target in evidence.foreign_targets if target.link.kind == "qr"]
    if not codes:
        return
    pressed = evidence.count(*_PRESSING)
    link: Link = codes[0].link
    yield Finding(
        "qr-code-link",
        MALICIOUS if pressed and evidence.count("scan code") else SUSPICIOUS,
        0.6 if pressed else 0.35,
        f"A QR code leads to {defang(codes[0].host)}, which only a telephone would show.",
        "Links",
        "links",
        link.href,
        attachment=link.place or None,
    )


def _lure(evidence: Evidence, *, drawn: bool) -> Iterator[Finding]:
    pictures = [entry.name for entry in evidence.message.attachments if entry.detected_type.startswith("image/")]
    documents = [entry.name for entry in evidence.message.attachments if entry.detected_type == "application/pdf"]
    remote = "remote-image" in evidence.message.markup
    if not (pictures or documents or remote or drawn):
        return
    pressed = evidence.count(*_PRESSING)
    score = 0.8 if pressed and (pictures or documents or drawn) else 0.6 if pressed else 0.4
    yield Finding(
        "qr-code-lure",
        MALICIOUS if pressed else SUSPICIOUS,
        score,
        "The reader is to scan a picture with a telephone"
        f" ({evidence.example('scan code', 'account', 'document', 'payment')}).",
        "Body",
        "body",
        attachment=next(iter(pictures + documents), None),
    )
