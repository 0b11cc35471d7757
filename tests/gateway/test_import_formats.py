"""Importing files of other forms: each is read by its format, or refused with a reason and a failed exit status."""

import gzip
import json

import pytest
from django.core.management import call_command

from gateway.importing.sources import messages
from gateway.models import Message
from tests.gateway.mails import mail

SEPARATOR = b"From ann@partner.example Thu Nov 26 10:00:00 2026\n"


def letter(subject, body=b"text"):
    return mail(subject=subject, body=body.decode()).replace(b"\r\n", b"\n")


def subjects(tmp_path, name, content):
    """Return the subjects of the messages that a file holds, and why others were refused."""
    path = tmp_path / name
    path.write_bytes(content)
    found = list(messages([path], largest=10**6))
    read = [one.raw.partition(b"Subject: ")[2].splitlines()[0].decode() for one in found if one.raw is not None]
    return read, [one.error for one in found if one.error]


ONE, TWO = letter("one"), letter("two")
BOX = SEPARATOR + ONE + b"\n" + SEPARATOR + TWO


@pytest.mark.parametrize(
    "content",
    [
        BOX,
        BOX.replace(b"\n", b"\r\n"),
        BOX.replace(b"\n", b"\r"),
        b"\xef\xbb\xbf" + BOX,
        b"\n\n" + BOX,
        BOX.decode().encode("utf-16"),
        gzip.compress(BOX),
        SEPARATOR + ONE + SEPARATOR + TWO,
        BOX.replace(b" 10:00:00", b""),
        BOX.replace(b"ann@partner.example", b"Ann Reed <ann@partner.example>"),
        BOX.replace(b"From ann@partner.example", b"From MAILER-DAEMON"),
        BOX.replace(b"Thu Nov 26 10:00:00 2026", b"Thu, 26 Nov 2026 10:00:00 +0100"),
        BOX.replace(b"Thu Nov 26 10:00:00 2026", b"Thu Nov 26 10:00:00 CET 2026"),
    ],
    ids="LF CRLF CR BOM blank UTF-16 gzip no-empty-line no-time name daemon RFC zone".split(),
)  # fmt: skip
def test_an_mbox_is_read_however_it_was_written(tmp_path, content):
    assert subjects(tmp_path, "box.mbox", content) == (["one", "two"], [])


@pytest.mark.parametrize(
    "line",
    [
        b"From the meeting at 12:30 we took notes.",
        b"From May to June 2026 we are closed",
        b"From Thu Nov 26 2026 we are closed",
        b"From ann@partner.example",
        b">From ann@partner.example Thu Nov 26 10:00:00 2026",
    ],
)
def test_a_sentence_that_begins_with_from_separates_nothing(tmp_path, line):
    content = SEPARATOR + letter("one", b"hello\n\n" + line + b"\nmore") + b"\n" + SEPARATOR + TWO
    assert subjects(tmp_path, "box.mbox", content) == (["one", "two"], [])


def test_an_attached_mbox_stays_in_its_message(tmp_path):
    parts = b"--edge\n\nhello\n--edge\nContent-Type: application/mbox\n\n" + SEPARATOR + TWO + b"\n--edge--\n"
    outer = b"Subject: outer\nContent-Type: multipart/mixed; boundary=edge\n\n" + parts
    box = SEPARATOR + outer + b"\n" + SEPARATOR + ONE
    assert subjects(tmp_path, "box.mbox", box) == (["outer", "one"], [])
    cut = box.replace(b"--edge--", b"")
    assert subjects(tmp_path, "box.mbox", cut) == (["outer", "two", "one"], [])


def test_the_sender_of_a_separator_is_the_address_in_it(tmp_path):
    path = tmp_path / "box"
    path.write_bytes(BOX.replace(b"ann@partner.example", b"Ann Reed <ann@partner.example>"))
    assert [one.mail_from for one in messages([path], largest=10**6)] == ["ann@partner.example"] * 2


def test_a_packed_message_and_one_of_apple_mail_are_read(tmp_path):
    assert subjects(tmp_path, "one.eml.gz", gzip.compress(ONE)) == (["one"], [])
    emlx = f"{len(ONE)}\n".encode() + ONE + b'<?xml version="1.0"?><plist></plist>\n'
    path = tmp_path / "one.emlx"
    path.write_bytes(emlx)
    assert [one.raw for one in messages([path], largest=10**6)] == [ONE]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "it is an Outlook message (.msg)"),
        ("a.eml", b"PK\x03\x04" + bytes(60), "it is a ZIP archive"),
        ("a.mbox", b"%PDF-1.7\nSubject: no\n", "it is a PDF file"),
        ("a.mbox", b"just words\n\nSubject: no\n", "it is no message: it has no header"),
        ("a.mbox", b"\n\n", "it is empty"),
        ("a.ics", b"BEGIN:VCALENDAR\nSUMMARY:x\n", "it is no message: it has no header"),
        ("a.eml", bytes(range(256)), "it is no message: it has no header"),
        ("a.mbox.gz", gzip.compress(BOX)[:-20], "it can't be unpacked"),
        ("a.emlx", b"900\nSubject: cut", "it is cut short"),
        ("a.emlx", b"Subject: none\n\nx", "it is no .emlx file"),
    ],
)
def test_what_is_no_mail_is_refused_with_a_reason(tmp_path, name, content, why):
    (tmp_path / name).write_bytes(content)
    report = tmp_path / "report.jsonl"
    with pytest.raises(SystemExit) as exit_:
        call_command("import_mail", str(tmp_path / name), "--report", str(report))
    assert exit_.value.code == 1
    (line,) = map(json.loads, report.read_text().splitlines())
    assert line["id"] is None
    assert line["error"].startswith(why)
    assert not Message.objects.using("gateway").exists()


@pytest.mark.parametrize("content", [b"", b"just words and https://notes.example/\n", b"\xef\xbb\xbf" + ONE])
def test_a_file_named_as_a_message_is_kept_byte_for_byte(tmp_path, content):
    path = tmp_path / "one.eml"
    path.write_bytes(content)
    assert [one.raw for one in messages([path], largest=10**6)] == [content]


def test_all_recipients_of_a_long_field_get_a_copy_once(tmp_path):
    people = [f"person{number}@acme.example" for number in range(1_200)]
    path = tmp_path / "all.eml"
    path.write_bytes(mail(to=", ".join([*people, "PERSON7@ACME.example"])))
    call_command("import_mail", str(path))
    assert Message.objects.using("gateway").get().client_recipients == people


@pytest.mark.parametrize("year", ["0001", "1900", "9999"])
def test_an_odd_received_date_stops_no_import(tmp_path, year):
    path = tmp_path / "dated.eml"
    path.write_bytes(mail(extra=f"Received: from a.example by mx.acme.example; 31 Dec {year} 23:59:59 +0000"))
    call_command("import_mail", "--keep-dates", str(path))
    assert 2026 <= Message.objects.using("gateway").get().scanned_at.year < 9999
