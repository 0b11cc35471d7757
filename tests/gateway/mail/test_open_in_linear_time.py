"""What hostile files can ask of the patterns is little: each gets 64 KB of its worst input."""

import time

import pytest

from tests.gateway.mail.letters_with_files import LETTER, with_file

SIZE = 65_536


def filled(start: bytes, piece: bytes) -> bytes:
    return start + piece * ((SIZE - len(start)) // len(piece))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.zip", filled(b"PK\x03\x04", b"PK\x03\x04\x14\x00\x00\x00\x08\x00")),
        ("a.zip", filled(b"PK\x03\x04", b"PK\x05\x06")),
        ("a.pdf", filled(b"%PDF-1.7", b"/ObjStm ")),
        ("a.pdf", filled(b"%PDF-1.7", b"#41")),
        ("a.rtf", filled(b"{\\rtf1 ", b"\\objdata{")),
        ("a.rtf", filled(b"{\\rtf1 ", b"\\'4")),
        ("a.rtf", filled(b"{\\rtf1 ", b"\\*\\template      ")),
        ("a.rtf", filled(b"{\\rtf1 ", b"http://")),
        ("a.ics", filled(b"BEGIN:VCALENDAR\nA", b';a="')),
        ("a.ics", filled(b"BEGIN:VCALENDAR\nA", b";a=b")),
        ("a.ics", filled(b"BEGIN:VCALENDAR\nA", b"\n ")),
        ("a.html", filled(b"<html>", b"new          ")),
        ("a.html", filled(b"<html>", b"data:image/png;base64,A")),
        ("a.svg", filled(b"<svg>", b"href='//")),
        ("a.url", filled(b"[InternetShortcut]\n", b"URL   ")),
        ("a.eml", filled(LETTER, b"begin 644 a\n")),
        ("a.eml", filled(LETTER + b"\n=ybegin name=a\n", b"==")),
        ("a.tar", filled(b"a\x00", b"0" * 511)),
        (" " * 2_000 + "." * SIZE, b"x"),
        ("a" + "\u200b." * SIZE + "exe", b"x"),
    ],
)
def test_it_takes_no_longer_than_its_length_explains(name: str, data: bytes) -> None:
    began = time.process_time()
    with_file(data, name)
    assert time.process_time() - began < 0.3
