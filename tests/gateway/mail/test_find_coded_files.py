"""Files that are coded into the text of a message are found."""

import binascii

import pytest

from gateway.mail.parser import parse
from tests.gateway.mail.letters_with_files import LETTER, PROGRAM, only


def uuencoded(name: str, data: bytes) -> bytes:
    lines = [binascii.b2a_uu(data[place : place + 45]) for place in range(0, len(data), 45)]
    return f"begin 644 {name}\n".encode() + b"".join(lines) + b"`\nend\n"


@pytest.mark.parametrize("fields", [b"", b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n"])
@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_uuencoded_files_are_listed(fields: bytes, ends: bytes) -> None:
    coded = uuencoded("my run.exe", PROGRAM * 9) + b"\nand more\n" + uuencoded("a.txt", b"hello")
    message = parse(LETTER + fields + b"\r\n" + (b"Hello,\n\n" + coded).replace(b"\n", ends))
    assert [(entry.name, entry.size) for entry in message.attachments] == [
        ("my run.exe", len(PROGRAM) * 9),
        ("a.txt", 5),
    ]
    assert "executable" in only(message, "my run.exe").features


def test_blanks_that_were_lost_at_the_end_of_lines_are_zeros() -> None:
    line = binascii.b2a_uu(b"MZ" + b"\x00" * 43).replace(b"`", b" ").rstrip() + b"\n"
    message = parse(LETTER + b"\nbegin 644 run.exe\n" + line + b"`\nend\n")
    assert only(message, "run.exe").size == 45


def test_base64_between_begin_and_end_is_read() -> None:
    coded = b"begin-base64 644 run.exe\n" + binascii.b2a_base64(PROGRAM) + b"====\n"
    assert only(parse(LETTER + b"\n" + coded), "run.exe").size == len(PROGRAM)


def test_yenc_is_read() -> None:
    coded = bytes((byte + 42) % 256 for byte in PROGRAM)
    coded = b"".join(b"=" + bytes([(byte + 64) % 256]) if byte in b"\x00\n\r=" else bytes([byte]) for byte in coded)
    text = b"=ybegin line=128 size=%d name=run.exe\r\n%b\r\n=yend size=%d\r\n" % (len(PROGRAM), coded, len(PROGRAM))
    message = parse(LETTER + b"Content-Transfer-Encoding: 8bit\r\n\r\nHello\r\n" + text)
    assert only(message, "run.exe").size == len(PROGRAM)


@pytest.mark.parametrize("text", [b"begin 644 a.exe and so on", b"We begin 644 now\n", b"begin 12 x\nend\n"])
def test_words_are_no_files(text: bytes) -> None:
    assert parse(LETTER + b"\n" + text).attachments == ()


def test_lines_that_only_begin_a_file_hide_none() -> None:
    message = parse(LETTER + b"\n" + b"begin 644 no\n" * 900 + uuencoded("run.exe", PROGRAM))
    assert [entry.name for entry in message.attachments] == ["run.exe"]


def test_too_many_files_are_said() -> None:
    message = parse(LETTER + b"\n" + uuencoded("a.txt", b"hello") * 600)
    assert len(message.attachments) == 500
    assert message.unread == ("The text holds more than 500 coded files: the rest was not read.",)
