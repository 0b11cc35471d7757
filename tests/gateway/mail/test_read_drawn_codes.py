"""QR codes that are drawn with characters are read."""

import pytest
import zxingcpp

from gateway.mail.containers.drawn_codes import links_in_drawings
from gateway.mail.parser import parse
from tests.gateway.mail.letters_with_files import LETTER


def dots() -> list[list[bool]]:
    barcode = zxingcpp.create_barcode("https://drawn.test/a", zxingcpp.BarcodeFormat.QRCode)
    drawn = memoryview(zxingcpp.write_barcode_to_image(barcode, scale=1))
    return [[not value for value in row] for row in drawn.tolist()]


def halves(rows: list[list[bool]]) -> str:
    rows = rows if len(rows) % 2 == 0 else [*rows, [False] * len(rows[0])]
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return "\n".join("".join(" ▀▄█"[a + 2 * b] for a, b in zip(*pair, strict=True)) for pair in pairs)


def doubled(rows: list[list[bool]], dark: str, light: str) -> str:
    return "\n".join("".join((dark if dot else light) * 2 for dot in row) for row in rows)


@pytest.mark.parametrize(
    "drawing",
    [
        halves(dots()),
        halves([[not dot for dot in row] for row in dots()]),
        doubled(dots(), "█", " "),
        doubled(dots(), "#", " "),
        doubled(dots(), "⬛", "⬜"),
    ],
)
def test_the_address_is_a_link(drawing: str) -> None:
    body = f"Scan this with your phone:\n\n{drawing}\n\nThank you.".encode()
    message = parse(LETTER + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + body)
    assert [(link.href, link.kind, link.place) for link in message.links] == [("https://drawn.test/a", "qr", "")]


def test_other_texts_draw_nothing() -> None:
    assert links_in_drawings("+--+--+--------------------+\n|  |  |      xx            |\n" * 40) == []
    assert links_in_drawings("A letter with words in it, line after line.\n" * 40) == []
