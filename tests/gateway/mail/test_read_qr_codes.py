"""QR codes in pictures are read, and their addresses are links."""

import base64
import io
import zlib

import pytest
import zxingcpp
from PIL import Image

from gateway.mail.parser import parse
from tests.gateway.mail.letters_with_files import LETTER, with_file
from tests.gateway.mail.test_open_documents import office, pdf


def code(text: str) -> Image.Image:
    drawn = memoryview(
        zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode), scale=4)
    )
    height, width = drawn.shape
    return Image.frombytes("L", (width, height), drawn.tobytes())


def saved(picture: Image.Image, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind)
    return buffer.getvalue()


def on_clear_ground(picture: Image.Image) -> Image.Image:
    clear = picture.point(lambda value: 255 - value)
    return Image.merge("LA", (Image.new("L", picture.size), clear))


CODE = code("https://phone.test/a")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", saved(CODE)),
        ("a.gif", saved(CODE, "GIF")),
        ("a.jpg", saved(CODE.convert("RGB"), "JPEG")),
        ("a.bmp", saved(CODE, "BMP")),
        ("a.webp", saved(CODE, "WEBP")),
        ("a.tiff", saved(CODE, "TIFF")),
        ("a.png", saved(on_clear_ground(CODE))),
        ("a.png", saved(CODE.rotate(30, expand=True, fillcolor=255))),
        ("a.docx", office("hyperlink", "", **{"word/media/image1.png": saved(CODE)})),
    ],
)
def test_the_address_is_a_link_of_the_picture(name: str, data: bytes) -> None:
    assert [(link.href, link.kind, link.place) for link in with_file(data, name).links] == [
        ("https://phone.test/a", "qr", name)
    ]


def test_a_code_in_a_pdf_is_read() -> None:
    width, height = CODE.size
    page = (
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 400] /Contents 4 0 R "
        "/Resources << /XObject << /I 5 0 R >> >> >>"
    )
    draw = b"q 150 0 0 150 90 90 cm /I Do Q"
    picture = (
        f"<< /Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace /DeviceGray "
        f"/BitsPerComponent 8 /Length {width * height} >>"
    )
    data = pdf(page, f"<< /Length {len(draw)} >>", picture, streams={4: draw, 5: CODE.tobytes()})
    assert ("https://phone.test/a", "qr") in {(link.href, link.kind) for link in with_file(data, "a.pdf").links}


def test_a_picture_that_the_html_holds_itself_is_read() -> None:
    picture = base64.b64encode(saved(CODE)).decode()
    page = f'<p>Hello</p><img src="data:image/png;base64,{picture}">'
    message = parse(LETTER + b"Content-Type: text/html\r\n\r\n" + page.encode())
    assert [(link.href, link.kind) for link in message.links] == [("https://phone.test/a", "qr")]


def test_an_address_without_a_scheme_is_a_link_and_other_texts_are_none() -> None:
    (link,) = with_file(saved(code("phone.test/b")), "a.png").links
    assert (link.href, link.written) == ("http://phone.test/b", "phone.test/b")
    assert with_file(saved(code("WIFI:S:guests;;")), "a.png").links == ()


def test_a_picture_of_too_many_dots_is_said() -> None:
    data = bytearray(saved(Image.new("1", (10, 10))))
    data[16:24] = (60_000).to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    assert with_file(bytes(data), "a.png").unread == ("Picture a.png is too large to be looked at.",)
