"""What the lab counts as the same message, and what it says of one that is not."""

import pytest

from tests.mail_servers.round_trip import as_sent, difference, letters_in

RAW = b"Subject: one\r\n\r\ntwo\r\n"
TOP = b"Return-Path: <a@b.example>\r\nReceived: from x\r\n\tby y\r\n"


def test_the_same_bytes_beneath_the_trace_fields_are_the_same():
    assert difference([TOP + RAW], RAW, 1) == ""


@pytest.mark.parametrize(
    ("got", "said"),
    [
        (TOP + RAW.replace(b"two", b"2wo"), "became"),
        (TOP + RAW + b"\r\n", "became"),
        (RAW, "0 Received fields instead of 1"),
        (TOP + TOP + RAW, "2 Received fields instead of 1"),
        (b"X-Spam: no\r\n" + TOP + RAW, "other fields: x-spam"),
        (TOP + b"\r\n" + RAW, "more than fields"),
    ],
)
def test_every_other_difference_is_told(got, said):
    assert said in difference([got], RAW, 1)


@pytest.mark.parametrize(
    ("raw", "sent", "changed"),
    [
        (RAW, RAW, ""),
        (b"Subject: one\n\ntwo\n", RAW, "with CRLF for the LF of the file"),
        (
            b"From a@b Mon Mar  1 2026\nSubject: one\r\n\r\ntwo",
            RAW,
            "without the first line, an mbox's and ",
        ),
    ],
)
def test_what_smtp_asks_for_is_done_and_named(raw, sent, changed):
    letter = as_sent("x", raw)
    assert (letter.raw, letter.changed.startswith(changed)) == (sent, True)


@pytest.mark.parametrize(
    "raw", [b"", b"Subject: a\rb\r\n\r\nx\r\n", b"no field\r\n\r\nx\r\n", b"A: b\r\nno field\r\n\r\n"]
)
def test_what_no_server_carries_unchanged_is_not_sent_and_named(raw):
    assert isinstance(as_sent("x", raw), str)


def test_messages_are_read_from_files_and_boxes(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.eml").write_bytes(RAW)
    (tmp_path / "b.mbox").write_bytes(b"From a@b Mon Mar  1 00:00:00 2026\n" + RAW.replace(b"\r\n", b"\n"))
    (tmp_path / "note.txt").write_bytes(b"x")
    assert [name for name, _ in letters_in(tmp_path)] == ["b.mbox#0", "deep/a.eml"]
