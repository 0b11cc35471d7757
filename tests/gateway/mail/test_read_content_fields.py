"""Reading Content-Type, Content-Disposition and Content-Transfer-Encoding as mail programs do."""

import pytest

from gateway.mail.message import ParsedMessage
from gateway.mail.parser import parse

LINK = b"<a href='https://notes.example/read'>read</a>"
AS_BASE64 = b"PGEgaHJlZj0naHR0cHM6Ly9ub3Rlcy5leGFtcGxlL3JlYWQnPnJlYWQ8L2E+"


def file_names(disposition: bytes, content_type: bytes = b"application/octet-stream") -> list[str]:
    """Return the names of the files of a message whose second part has these fields."""
    raw = (
        b"Subject: files\r\nContent-Type: multipart/mixed; boundary=edge\r\n\r\n--edge\r\n\r\nhello\r\n--edge\r\n"
        b"Content-Type: " + content_type + b"\r\nContent-Disposition: " + disposition + b"\r\n\r\ndata\r\n--edge--\r\n"
    )
    return [attachment.name for attachment in parse(raw).attachments]


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b'(a comment (in one)) attachment; filename="list.txt"', "list.txt"),
        (b"attachment; filename=list.txt (the list)", "list.txt"),
        (b"attachment; filename=list (2).txt", "list (2).txt"),
        (b'attachment; filename="list (2).txt"', "list (2).txt"),
        (b'attachment; filename="a;b=c.txt"; size=3', "a;b=c.txt"),
        (b"attachment; filename=list of all.txt; size=3", "list of all.txt"),
        (b"attachment; filename=list of all.txt size=3", "list of all.txt"),
        (b'attachment; filename="list".exe', "list.exe"),
        (b'attachment; filename="list.txt', "list.txt"),
        (b'attachment filename="list.txt"', "list.txt"),
        (b"attachment; filename*2=xe; filename*0=lis; filename*1=t.e", "list.exe"),
        (b"attachment; filename*=''list%2Eexe", "list.exe"),
        (b"attachment; filename=list.txt; filename*=utf-8''list.exe", "list.exe"),
        (b"attachment; filename*=iso-8859-1'de'Gr%FC%DFe.txt", "Grüße.txt"),
        (b'attachment; filename="=?utf-8?Q?Gr=C3=BC=C3=9Fe.txt?="', "Grüße.txt"),
        (b"attachment; filename==?utf-8?B?R3LDvMOfZS50eHQ=?=", "Grüße.txt"),
        (b'attachment; filename*0="=?utf-8?B?R3LDvM"; filename*1="OfZS50eHQ=?="', "Grüße.txt"),
        (b'attachment; filename="Gr\xc3\xbc\xc3\x9fe.txt"', "Grüße.txt"),
        (b'attachment; filename="Gr\xfc\xdfe.txt"', "Grüße.txt"),
        (b'attachment; filename="say \\"hi\\".txt"', 'say "hi".txt'),
    ],
)
def test_it_reads_a_file_name_however_it_is_written(disposition: bytes, name: str) -> None:
    assert file_names(disposition) == [name]


def test_it_takes_a_raw_name_by_the_charset_of_its_part() -> None:
    names = file_names(
        b'attachment; filename="' + "счёт.txt".encode("koi8-r") + b'"', b"application/pdf; charset=koi8-r"
    )
    assert names == ["счёт.txt"]


def html(*fields: bytes, body: bytes = LINK) -> ParsedMessage:
    return parse(b"Subject: x\r\n" + b"".join(field + b"\r\n" for field in fields) + b"\r\n" + body)


@pytest.mark.parametrize(
    "content_type",
    [
        b"text/html (a page); charset=utf-8",
        b"(first) text/(second)html",
        b"text/html; charset=iso-8859-15 (Latin 9)",
        b'"text/html"; charset=utf-8',
        b"TEXT / HTML",
        b"text/html charset=utf-8",
    ],
)
def test_it_reads_a_type_with_comments_quotes_and_blanks(content_type: bytes) -> None:
    assert [link.href for link in html(b"Content-Type: " + content_type).links] == ["https://notes.example/read"]


@pytest.mark.parametrize(
    "encoding",
    [b"base64 (as text)", b"(x) base64", b"base64;", b'"base64"', b"BASE-64", b"base64, 8bit", b" Base64\t"],
)
def test_it_reads_an_encoding_with_comments_and_slips(encoding: bytes) -> None:
    found = html(b"Content-Type: text/html", b"Content-Transfer-Encoding: " + encoding, body=AS_BASE64)
    assert [link.href for link in found.links] == ["https://notes.example/read"]
    assert found.contradictions == ()


def test_it_reads_a_message_by_each_of_two_encodings() -> None:
    for order in ((b"7bit", b"base64"), (b"base64", b"7bit")):
        fields = [b"Content-Transfer-Encoding: " + name for name in order]
        for body in (AS_BASE64, LINK):
            found = html(b"Content-Type: text/html", *fields, body=body)
            assert "https://notes.example/read" in [link.href for link in found.links]
            assert len(found.contradictions) == 1
    assert html(b"Content-Transfer-Encoding: 7bit", b"Content-Transfer-Encoding: 8bit").contradictions == ()


PARTS = b"--edge\r\nContent-Type: text/html\r\n\r\n" + LINK + b"\r\n--edge--\r\n"


@pytest.mark.parametrize(
    "types",
    [
        (b"text/plain", b"multipart/mixed; boundary=edge"),
        (b"multipart/mixed; boundary=edge", b"text/plain"),
        (b"multipart/alternative; boundary=other", b"multipart/mixed; boundary=edge"),
        (b"multipart/mixed; boundary=other; boundary=edge",),
        (b"multipart/mixed; boundary=EDGE",),
        (b"multipart/mixed",),
    ],
)
def test_it_reads_a_message_by_each_of_two_types_and_boundaries(types: tuple[bytes, ...]) -> None:
    found = html(*(b"Content-Type: " + one for one in types), body=PARTS)
    assert [link.text for link in found.links if link.kind == "a"] == ["read"]
    assert found.contradictions
    assert all(sentence in found.defects for sentence in found.contradictions)


def test_it_reads_a_multipart_with_an_empty_boundary() -> None:
    found = html(b'Content-Type: multipart/mixed; boundary=""', body=PARTS.replace(b"edge", b""))
    assert [link.text for link in found.links] == ["read"]


def test_it_reads_the_address_of_an_external_body() -> None:
    found = html(b'Content-Type: message/external-body; access-type=URL; URL="https://files.example/x"', body=b"\r\n")
    assert [link.href for link in found.links] == ["https://files.example/x"]
