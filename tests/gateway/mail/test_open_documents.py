"""Documents are opened: their links, scripts, templates from elsewhere, and the files that they embed."""

import base64
import io
import struct
import zipfile
import zlib

import pytest

from gateway.mail.parser import parse
from tests.gateway.mail.compound_files import compound_file
from tests.gateway.mail.letters_with_files import LETTER, PROGRAM, mixed, only, part, places, with_file


def pdf(*objects: str, root: str = "", streams: dict[int, bytes] | None = None) -> bytes:
    """Return a document with one page (object 3) and further objects, from number 4 on."""
    bodies = [f"<< /Type /Catalog /Pages 2 0 R {root} >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", *objects]
    data = b"%PDF-1.7\n"
    offsets = []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(data))
        content = (streams or {}).get(number)
        packed = b"\nstream\n" + content + b"\nendstream" if content is not None else b""
        data += f"{number} 0 obj {body}".encode() + packed + b" endobj\n"
    start = len(data)
    data += f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n".encode()
    data += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    return data + f"trailer << /Root 1 0 R /Size {len(bodies) + 1} >>\nstartxref\n{start}\n%%EOF".encode()


PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"


def test_links_of_a_pdf_are_listed() -> None:
    page = PAGE.replace(">>", "/Annots [4 0 R] >>")
    link = "<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://pdf.test/a) >> >>"
    message = with_file(pdf(page, link), "a.pdf", "application/pdf")
    assert places(message) == {("https://pdf.test/a", "a.pdf")}
    assert only(message, "a.pdf").features == ()
    assert message.unread == ()


def test_text_of_a_pdf_that_is_an_address_is_a_link() -> None:
    page = PAGE.replace(">>", "/Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>")
    text = b"BT /F 9 Tf 9 9 Td (see http://pdf.test/text now) Tj ET"
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    data = pdf(page, f"<< /Length {len(text)} >>", font, streams={4: text})
    assert ("http://pdf.test/text", "a.pdf") in places(with_file(data, "a.pdf"))


def test_files_in_a_pdf_are_listed() -> None:
    root = "/Names << /EmbeddedFiles << /Names [(run.exe) 4 0 R] >> >>"
    spec = "<< /Type /Filespec /F (run.exe) /UF (run.exe) /EF << /F 5 0 R >> >>"
    data = pdf(PAGE, spec, f"<< /Type /EmbeddedFile /Length {len(PROGRAM)} >>", root=root, streams={5: PROGRAM})
    message = with_file(data, "a.pdf")
    assert only(message, "run.exe").container == 0
    assert "contains-executable" in only(message, "a.pdf").features


@pytest.mark.parametrize(
    "data",
    [
        pdf(PAGE, root="/OpenAction << /S /JavaScript /JS (app.alert) >>"),
        pdf(PAGE, root="/OpenAction << /S /J#61vaScript /J#53 (app.alert) >>"),
        pdf(
            PAGE.replace(">>", "/Annots [4 0 R] >>"),
            "<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /Launch /F (calc) >> >>",
        ),
        pdf(
            PAGE,
            "<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length 60 >>",
            streams={4: zlib.compress(b"9 0 << /S /JavaScript /JS (app.alert) >>")},
        ),
    ],
)
def test_a_pdf_that_starts_something_is_active(data: bytes) -> None:
    assert "active-pdf" in only(with_file(data, "a.pdf"), "a.pdf").features


def test_of_a_pdf_that_does_not_open_the_bytes_are_searched() -> None:
    message = with_file(b"%PDF-1.7\n1 0 obj << /URI (http://broken.test/a) >>", "a.pdf")
    assert places(message) == {("http://broken.test/a", "a.pdf")}


def office(kind: str, target: str, **files: bytes) -> bytes:
    rels = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="http://schemas.example/{kind}" Target="{target}" TargetMode="External"/>'
        "</Relationships>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", files.pop("document", b"<w:document/>"))
        archive.writestr("word/_rels/document.xml.rels", rels)
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_links_of_a_document_are_listed() -> None:
    field = b"<w:instrText> HYPERLINK &quot;http://field.test/a?b=1&amp;c=2&quot; </w:instrText>"
    message = with_file(office("hyperlink", "http://office.test/a", document=field), "a.docx")
    assert places(message) == {("http://office.test/a", "a.docx"), ("http://field.test/a?b=1&c=2", "a.docx")}
    assert only(message, "a.docx").features == ()


@pytest.mark.parametrize("kind", ["attachedTemplate", "oleObject", "frame"])
def test_a_template_from_elsewhere_is_a_feature(kind: str) -> None:
    message = with_file(office(kind, "http://office.test/t.dotm"), "a.docx")
    assert only(message, "a.docx").features == ("remote-template",)
    near = with_file(office(kind, "file.dotm"), "a.docx")
    assert only(near, "a.docx").features == ()


def packaged(name: str, content: bytes) -> bytes:
    body = b"\x02\x00" + name.encode() + b"\x00" + b"C:\\x\\" + name.encode() + b"\x00" + b"\x00\x00\x03\x00"
    body += struct.pack("<I", 3) + b"C:\x00" + struct.pack("<I", len(content)) + content
    return struct.pack("<I", len(body)) + body


def test_a_file_that_a_document_embeds_is_listed() -> None:
    ole = compound_file({"\x01Ole10Native": packaged("run.exe", PROGRAM)})
    message = with_file(office("hyperlink", "", **{"word/embeddings/oleObject1.bin": ole}), "a.docx")
    container = only(message, "word/embeddings/oleObject1.bin")
    assert only(message, "run.exe").container == message.attachments.index(container)
    assert "executable" in only(message, "run.exe").features


def test_macros_and_links_of_an_old_document_are_found() -> None:
    text = b"x" * 600 + b'\x13 HYPERLINK "http://old.test/a" \x14' + "http://wide.test/b ".encode("utf-16-le")
    data = compound_file({"WordDocument": text, "Macros/VBA/dir": b"x"})
    message = with_file(data, "a.doc")
    found = only(message, "a.doc")
    assert (found.detected_type, found.features) == ("application/msword", ("macro",))
    assert places(message) == {("http://old.test/a", "a.doc"), ("http://wide.test/b", "a.doc")}


def test_rich_text_is_read() -> None:
    native = packaged("run.exe", PROGRAM)
    package = b"\x01\x05\x00\x00\x02\x00\x00\x00\x08\x00\x00\x00Package\x00" + b"\x00" * 8
    package += struct.pack("<I", len(native)) + native
    digits = package.hex()
    split = f"{digits[:40]}{{\\*\\junk 41}}{digits[40:90]}\r\n\\bin0 {digits[90:]}"
    data = (
        r"{\rtf1 {\field{\*\fldinst HYPERLINK "
        r'"http://r\'74f.test/a"}{\fldrslt notes}}{\object{\*\objdata ' + split + "}}{\\*\\template http://t.test/x}}"
    )
    message = with_file(data.encode(), "a.rtf")
    assert ("http://rtf.test/a", "a.rtf") in places(message)
    assert set(only(message, "a.rtf").features) == {"embedded-object", "remote-template"}
    assert only(message, "run.exe").size == len(PROGRAM)


def test_a_rich_text_body_has_links() -> None:
    message = parse(LETTER + b"Content-Type: text/rtf\r\n\r\n{\\rtf1 http://rtf.test/body }")
    assert [link.href for link in message.links] == ["http://rtf.test/body"]


CALENDAR = (
    b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY;LANGUAGE=en:x\r\nDESCRIPTION:Sign in at http://day.test/lo\r\n"
    b" ng\\nand go on\r\nLOCATION:http://day.test/room\r\nURL:http://day.test/url\r\n"
    b'ATTENDEE;CN="a:b":mailto:bo@acme.example\r\nATTACH;FMTTYPE=text/html:http://day.test/file\r\n'
    b'X-ALT-DESC;FMTTYPE=text/html:<a href="http://day.test/html">x</a>\r\n'
    b"ATTACH;VALUE=BINARY;ENCODING=BASE64;X-FILENAME=run.exe:"
    + base64.b64encode(PROGRAM)
    + b"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.mark.parametrize("kind", ["text/calendar; method=REQUEST", "application/octet-stream"])
def test_links_and_files_of_an_invitation_are_listed(kind: str) -> None:
    message = parse(mixed(b"Content-Type: text/plain\r\n\r\nhello", part(CALENDAR, "a.ics", kind)))
    assert {href.rpartition("/")[2] for href, place in places(message) if place == "a.ics"} == {
        "long",
        "room",
        "url",
        "file",
        "html",
    }
    assert only(message, "run.exe").container == 0


@pytest.mark.parametrize(
    ("name", "data", "href"),
    [
        ("a.html", b'<html><a href="http://page.test/a">x</a>', "http://page.test/a"),
        (
            "a.svg",
            b'<svg xmlns="x"><a xlink:href="http://page.test/s?a=1&amp;b=2"/></svg>',
            "http://page.test/s?a=1&b=2",
        ),
        ("a.url", b"[InternetShortcut]\r\nURL=http://page.test/u\r\n", "http://page.test/u"),
    ],
)
def test_links_of_files_that_a_browser_opens_are_listed(name: str, data: bytes, href: str) -> None:
    assert (href, name) in places(with_file(data, name))


@pytest.mark.parametrize(
    ("name", "data", "feature"),
    [
        ("a.html", b"Dear reader, " * 400 + b"<form><input type=password></form>", "password-input"),
        ("a.svg", b"\xef\xbb\xbf<!-- x --><!-- y -->" + b" " * 5_000 + b"<svg><script>1</script></svg>", "page-script"),
        ("a.pdf", b"\x00\x01 junk\n" + pdf(PAGE, root="/OpenAction << /S /JavaScript /JS (x) >>"), "active-pdf"),
        ("a.docm", b"GIF89a" + office("hyperlink", "", **{"word/vbaProject.bin": b"x"}), "macro"),
    ],
)
def test_a_file_is_opened_as_its_program_would(name: str, data: bytes, feature: str) -> None:
    assert feature in only(with_file(data, name), name).features


def test_qr_codes_are_not_looked_for_on_pages_of_text_alone() -> None:
    page = PAGE.replace(">>", "/Contents 4 0 R >>")
    squares = b" ".join(b"%d %d 2 2 re f" % (number % 20, number // 20) for number in range(400))
    message = with_file(pdf(page, f"<< /Length {len(squares)} >>", streams={4: squares}), "a.pdf")
    assert (message.links, message.defects) == ((), ())


def test_documents_of_libreoffice_are_read() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml", '<text:a xlink:href="http://free.test/a?b=1&amp;c=2"/><text:a xlink:href="#x"/>'
        )
        archive.writestr("Basic/Standard/Module1.xml", "x")
        archive.writestr("Object 1", PROGRAM)
    message = with_file(buffer.getvalue(), "a.odt")
    found = only(message, "a.odt")
    assert (found.detected_type, found.features) == ("application/vnd.oasis.opendocument.text", ("macro",))
    assert places(message) == {("http://free.test/a?b=1&c=2", "a.odt")}
    assert only(message, "Object 1").container == 0


def test_files_on_a_page_of_onenote_are_listed() -> None:
    head = bytes.fromhex("e4525c7b8cd8a74d") + b"\x00" * 40
    file = bytes.fromhex("e716e3bd65261145a4c48d4d0b7a9eac") + struct.pack("<Q", len(PROGRAM)) + b"\x00" * 12 + PROGRAM
    message = with_file(head + file + b"\x00" * 9 + file, "a.one")
    assert [entry.size for entry in message.attachments if entry.container == 0] == [len(PROGRAM)] * 2
    assert "executable" in only(message, "file 2").features


def test_more_links_than_are_kept_are_said() -> None:
    text = b" ".join(b"http://many.test/%d" % number for number in range(3_000))
    message = with_file(b"{\\rtf1 " + text + b"}", "a.rtf")
    assert message.unread[0] == "File a.rtf holds more than 2,000 addresses: the rest was not read."


def test_a_file_that_is_called_like_a_place_is_told_from_it() -> None:
    page = b"<a href='https://lure.test/x'>x</a><!--[if mso]><v:rect href='https://mso.test/'><![endif]-->"
    message = with_file(page, "only in Outlook", "text/html")
    assert places(message) == {("https://lure.test/x", '"only in Outlook"'), ("https://mso.test/", '"only in Outlook"')}
