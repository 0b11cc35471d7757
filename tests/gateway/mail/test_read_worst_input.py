"""Every reader takes time in proportion to its input, whatever the input is."""

import time
from collections.abc import Callable

import pytest

from gateway.importing.mbox import pieces
from gateway.mail.addresses import parse_addresses
from gateway.mail.authentication import parse_results
from gateway.mail.boundaries import guess_boundary, regions
from gateway.mail.charsets import decode
from gateway.mail.dates import parse_date
from gateway.mail.encoded_words import decode_value
from gateway.mail.flowed import unflow
from gateway.mail.parameters import parse_parameters
from gateway.mail.parser import parse
from gateway.mail.received import parse_received
from gateway.mail.transfer import decode_transfer

SIZE = 65_536
SECONDS = 0.5
FIELD = (b"Content-Type: multipart/mixed; boundary=b\n", b"\nSubject: x\n\nbody")

READERS: dict[str, tuple[Callable[[bytes], object], list[bytes]]] = {
    "addresses": (
        parse_addresses,
        [
            b"a@:",
            b'"a\\',
            b"@",
            b":",
            b"(",
            b"((a)",
            b'"',
            b'\\"',
            b"<",
            b",",
            b"a@b ",
            b"[",
            b"=?",
            b"=?a?q?",
            b"<@a:",
            b'("',
        ],
    ),
    "encoded words": (lambda data: decode_value(data + b"?="), [b"=?", b"=?a?q?", b"=?a?q?b?=", b"=?a?b?"]),
    "parameters": (
        lambda data: parse_parameters(b"a/b;" + data + b"="),
        [b" ", b"x=", b'x="', b'\\"', b"(", b"()", b'"', b";", b"name= x-", b"a*0=", b'a="x"b', b"a "],
    ),
    "dates": (lambda data: parse_date(data.decode()), [b"1 ", b"(", b"1:", b"26 Nov 2026 ", b"- "]),
    "base64": (lambda data: decode_transfer(data, "base64"), [b"=", b"A=", b"QQ==", b" ="]),
    "quoted-printable": (lambda data: decode_transfer(data, "quoted-printable"), [b"=", b"= ", b" \t", b"=\r", b" \n"]),
    "flowed": (lambda data: unflow(data.decode(), delete_space=True), [b"a ", b"> ", b" \n", b">\n", b"a \n"]),
    "boundaries": (
        lambda data: (guess_boundary(data, 0, SIZE), regions(data, 0, SIZE, "b")),
        [b"--a", b"--\n", b"\r", b"--b\n", b"--b \n", b"\n--" + b"a" * 249],
    ),
    "headers": (
        lambda data: (parse(data), parse(FIELD[0] + b"what\n" + data + FIELD[1])),
        [b"a\n", b"a b: c\n", b"From x\n", b"\n ", b"\r", b"x-a:\n", b"--b\n", b"to: a@b\n", b"\x00"],
    ),
    "content fields": (
        parse,
        [b"Content-Type: multipart/mixed; boundary=b\n", b"Content-Transfer-Encoding: base64\nContent-Type: a/b\n"],
    ),
    "Japanese": (lambda data: decode(data, "iso-2022-jp"), [b"\x1b$B", b"\x1b$B-!", b"\x1b$(D!"]),
    "results": (lambda data: parse_results("gw;" + data.decode(), frozenset({"gw"})), [b"(", b"a=", b'spf="', b" "]),
    "Received": (parse_received, [b"from ", b"by ", b"(", b"1:", b"with "]),
    "mbox": (
        lambda data: list(pieces(b"From a Thu Nov 26 10:00:00 2026\n" + data)),
        [b"From ", b"\n\nFrom ", b"\nFrom a" + b" " * 500, b"\nFrom " + b"Thu " * 140, b"\r\r"],
    ),
}


@pytest.mark.parametrize("name", READERS)
def test_it_reads_64_kb_of_its_worst_input_at_once(name: str) -> None:
    read, units = READERS[name]
    for unit in units:
        data = (unit * (SIZE // len(unit) + 1))[:SIZE]
        # A busy machine may count the time of others: what is linear is quick in one of three tries.
        assert any(seconds(read, data) < SECONDS for _try in range(3)), unit


def seconds(read: Callable[[bytes], object], data: bytes) -> float:
    began = time.process_time()
    read(data)
    return time.process_time() - began


def test_large_messages_within_each_other_are_read_in_time() -> None:
    raw = b"Content-Type: message/rfc822\n\n" * 95 + b"Content-Type: text/plain\n\n" + b"text here\n" * 2_000_000
    began = time.process_time()
    found = parse(raw)
    assert time.process_time() - began < 2
    assert found.unread[0] == "The parts are nested too often for the size of the message: the deepest were not opened."


def test_a_message_of_parts_that_contradict_themselves_is_read_in_time() -> None:
    contradicting = (
        b"Content-Type: multipart/mixed; boundary=a\nContent-Type: multipart/mixed; boundary=b\n"
        b"Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: quoted-printable\n\n--a\n--b\n"
    )
    began = time.process_time()
    parse(contradicting * 2_000)
    assert time.process_time() - began < 2
