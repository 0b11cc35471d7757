"""Reading messages whose header or parts don't follow the standards, as mail programs repair them."""

import pytest

from gateway.mail import limits
from gateway.mail.parser import parse

HEADER = b"From: Pat <pat@outside.example>\r\nSubject: notes\r\nContent-Type: multipart/mixed; boundary=edge\r\n"
PARTS = (
    b"--edge\r\nContent-Type: text/plain\r\n\r\nhello\r\n--edge\r\nContent-Type: application/pdf; name=list.pdf\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK\r\n--edge--\r\n"
)
WHOLE = HEADER + b"\r\n" + PARTS


def replaced(old: bytes, new: bytes) -> bytes:
    assert old in WHOLE
    return WHOLE.replace(old, new)


BROKEN = {
    "byte order mark": b"\xef\xbb\xbf" + WHOLE,
    "banner": b"Saved by a mail program, version 2\r\n" + WHOLE,
    "separator": b"=====\r\n" + WHOLE,
    "blank lines": b"\r\n\r\n" + WHOLE,
    "From line": b"From pat@outside.example Thu Nov 26 10:00:00 2026\r\n" + WHOLE,
    "From line within": replaced(b"Subject:", b"From pat@outside.example Thu Nov 26 10:00:00 2026\r\nSubject:"),
    "name with a blank": replaced(b"Subject:", b"X Spam Level: 0\r\nSubject:"),
    "no field": replaced(b"Subject:", b"what is this\r\nSubject:"),
    "blank before colon": replaced(b"Content-Type: multipart", b"Content-Type : multipart"),
    "no empty line": HEADER + PARTS,
    "broken line in part": replaced(b"Content-Transfer", b"name=list.pdf\r\nContent-Transfer"),
    "no field at the end of a part's header": replaced(b": base64\r\n", b": base64\r\nwhat=is.this\r\n"),
    "parameter that lost its blank": replaced(b"application/pdf; name", b"application/pdf;\r\nname"),
    "folded blanks": replaced(b"Subject: notes", b"Subject: notes\r\n \r\n\t"),
    "LF": WHOLE.replace(b"\r\n", b"\n"),
    "CR": WHOLE.replace(b"\r\n", b"\r"),
    "CR CR LF": WHOLE.replace(b"\r\n", b"\r\r\n"),
    "mixed": HEADER.replace(b"\r\n", b"\n") + b"\n" + PARTS,
    "two CRs in a field": replaced(b"From: Pat <", b"From: Pat \r\r <"),
    "NUL in a name": replaced(b"Content-Type: multipart", b"Content\x00-Type: multipart"),
    "blanks behind boundary": replaced(b"--edge\r\n", b"--edge \t \r\n"),
    "no end": replaced(b"--edge--", b""),
    "UTF-16": WHOLE.decode().encode("utf-16"),
    "UTF-16 without mark": WHOLE.decode().encode("utf-16-be"),
    "same boundary nested": HEADER
    + b"\r\n--edge\r\nContent-Type: multipart/mixed; boundary=edge\r\n\r\n"
    + PARTS,
    "part behind the end": replaced(b"hello\r\n--edge\r\n", b"hello\r\n--edge--\r\n\r\n--edge\r\n"),
    "encoded multipart": HEADER
    + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    + PARTS.replace(b"--edge", b"=2D-edge"),
}  # fmt: skip


@pytest.mark.parametrize("raw", BROKEN.values(), ids=BROKEN)
def test_it_reads_a_broken_message_whole(raw: bytes) -> None:
    found = parse(raw)
    assert (found.subject, found.from_address) == ("notes", "pat@outside.example")
    assert [attachment.name for attachment in found.attachments] == ["list.pdf"]
    assert found.attachments[0].size == 9
    assert "hello" in found.text
    assert found.unread == ()


def test_it_begins_the_body_where_no_field_follows() -> None:
    found = parse(b"Subject: s\nDear all,\nNote: this is text.\n\nMore of it.")
    assert (found.subject, found.text) == ("s", "Dear all,\nNote: this is text.\n\nMore of it.")


def test_it_reads_links_of_lines_that_it_passed_over() -> None:
    found = parse(b"Subject: s\nsee https://notes.example/a here\nTo: ann@a.example\n\nbody")
    assert found.to[0].address == "ann@a.example"
    assert [link.href for link in found.links] == ["https://notes.example/a"]


def test_an_empty_line_first_is_a_body_if_no_header_follows() -> None:
    assert parse(b"\r\nNote: only a body").text == "Note: only a body"


def part(fields: bytes, body: bytes = b"<p>see https://notes.example/a</p>") -> bytes:
    return b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" + fields + b"\n\n" + body + b"\n--b--\n"


@pytest.mark.parametrize("disposition", [b"", b"\nContent-Disposition: inline; filename=page.html"])
def test_a_body_with_a_name_stays_a_body(disposition: bytes) -> None:
    found = parse(part(b"Content-Type: text/html; name=page.html" + disposition))
    assert "notes.example" in found.html_text
    assert [attachment.name for attachment in found.attachments] == ["page.html"]


def test_a_part_that_says_attachment_is_a_file_alone() -> None:
    found = parse(part(b"Content-Type: text/html\nContent-Disposition: (x) attachment"))
    assert (found.html, len(found.attachments)) == ("", 1)


def test_a_message_that_says_attachment_is_a_file() -> None:
    found = parse(b"Content-Type: text/html\nContent-Disposition: attachment; filename=a.html\n\n<p>x")
    assert [(attachment.name, attachment.size) for attachment in found.attachments] == [("a.html", 4)]


def test_text_of_an_unknown_kind_is_shown() -> None:
    assert "notes.example" in parse(part(b"Content-Type: text/x-unknown")).text


def test_empty_parts_do_not_use_up_the_bound() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * (limits.PARTS + 5)
    found = parse(raw + b"--b\nContent-Type: application/pdf; name=list.pdf\n\nx\n--b--\n")
    assert [attachment.name for attachment in found.attachments] == ["list.pdf"]
    assert found.unread == ()


@pytest.mark.parametrize("levels", [25, limits.DEPTH + 5])
def test_it_says_what_lies_too_deep(levels: int) -> None:
    opened = b"".join(b"Content-Type: multipart/mixed; boundary=b%d.\n\n--b%d.\n" % (n, n) for n in range(levels))
    found = parse(opened + b"Content-Type: application/pdf; name=list.pdf\n\nx")
    if levels < limits.DEPTH:
        assert ([attachment.name for attachment in found.attachments], found.unread) == (["list.pdf"], ())
    else:
        assert found.unread == (f"Parts nested deeper than {limits.DEPTH} levels were not opened.",)


def test_it_says_that_a_header_is_too_long() -> None:
    assert parse(b"Subject: " + b"a" * 1_100_000 + b"\nTo: a@a.example\n\nx").unread == (
        "The header block is longer than 1 MB: its end was not read.",
    )
