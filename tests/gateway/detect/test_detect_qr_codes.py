"""QR codes: those that lead to strangers, and those that are drawn with characters."""

import io
import zlib

import pytest
import zxingcpp
from PIL import Image

from gateway.detect.detectors.qr_codes import is_drawn
from tests.gateway.detect.letters import letter, names, verdict

LURE = "Your mailbox password expires today. Scan the code below with your phone to keep your account."


def picture(text: str) -> bytes:
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    drawn = memoryview(zxingcpp.write_barcode_to_image(barcode, scale=4))
    height, width = drawn.shape
    buffer = io.BytesIO()
    Image.frombytes("L", (width, height), drawn.tobytes()).save(buffer, "PNG")
    return buffer.getvalue()


def dots(size: int = 21) -> list[list[bool]]:
    return [[bool(zlib.crc32(bytes([row, column])) & 1) for column in range(size)] for row in range(size)]


HALVES = "\n".join(
    "".join(" ▀▄█"[upper + 2 * lower] for upper, lower in zip(*rows, strict=True))
    for rows in zip(dots()[0:20:2], dots()[1:21:2], strict=True)
)
LETTERS = "\n".join("".join("##" if dot else "  " for dot in row) + "|" for row in dots())
TABLE = "".join(
    "<tr>" + "".join(f'<td bgcolor="{"#000" if dot else "#fff"}"></td>' for dot in row) + "</tr>" for row in dots()
)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (f"{LURE}\n{HALVES}", ""),
        (f"{LURE}\n{LETTERS}", ""),
        ("", f"<p>{LURE}</p><pre>{HALVES}</pre>"),
        ("", f"<p>{LURE}</p><table>{TABLE}</table>"),
    ],
)
def test_a_drawn_code_with_a_lure_is_at_least_suspicious(text: str, html: str) -> None:
    found = verdict(letter(text, html=html))
    assert found.disposition in {"SUSPICIOUS", "MALICIOUS"}
    assert "drawn-qr-code" in names(found)


def test_a_drawn_code_alone_is_no_verdict() -> None:
    assert verdict(letter(f"Our guest network:\n{HALVES}")).disposition == "NONE"


@pytest.mark.parametrize(
    "text",
    [
        "-" * 70 + "\n" + "=" * 70,
        "\n".join("1 0 1 1 0 0 1 0 1 1 0 0 1 11 00 1 0" for _row in range(40)),
        "progress ███████████████ 100 %\n" * 3,
        "▪ one of the things that we talked about yesterday\n" * 150,
        "a" * 100_000,
    ],
)
def test_other_texts_draw_nothing(text: str) -> None:
    assert not is_drawn(text)


def test_a_code_that_leads_to_a_stranger_is_named_with_its_host() -> None:
    found = verdict(letter("The code for tonight.", files=(("a.png", picture("https://phone.test/a")),)))
    finding = next(entry for entry in found.findings if entry.name == "qr-code-link")
    assert "phone[dot]test" in finding.reason
    assert finding.attachment == "a.png"
    assert found.disposition == "NONE"


def test_a_code_with_a_lure_is_suspicious_and_a_look_alike_is_found_in_it() -> None:
    lured = verdict(letter(LURE, files=(("a.png", picture("https://phone.test/a")),)))
    assert lured.disposition == "MALICIOUS"
    like = verdict(letter("Hello.", files=(("a.png", picture("https://acme-login.test/a")),)))
    assert "lookalike-link" in names(like)


def test_a_code_of_the_sender_is_left_alone() -> None:
    own = verdict(letter("The code for tonight.", files=(("a.png", picture("https://sender.test/a")),)))
    assert "qr-code-link" not in names(own)
