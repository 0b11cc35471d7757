"""No message breaks the parser or keeps it busy."""

import json
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.mail import limits
from gateway.mail.charsets import _CODECS, decode
from gateway.mail.message import ParsedMessage
from gateway.mail.parser import parse
from gateway.mail.preview_document import document
from tests.gateway.mail.hostile import HOSTILE, attached

SEEDS = (
    attached(b"PK\x03\x04" + b"\x00" * 60, "a.zip"),
    b'From: "A" <a@b.example>\r\nTo: c@d.example\r\nSubject: =?utf-8?B?w7w=?=\r\nReceived: from a ([203.0.113.1]) by b;'
    b" Tue, 3 Mar 2026 10:00:05 +0000\r\nDate: Tue, 3 Mar 2026 10:00:05 +0000\r\nAuthentication-Results: gw; spf=pass"
    b" (x) smtp.mailfrom=a\r\nContent-Type: text/html; charset*0=utf-; charset*1=8\r\n\r\n<a href='http://x'>y</a><form>",
    b'Content-Type: multipart/alternative; boundary="b"\n\n--b\nContent-Type: message/rfc822\n\nSubject: x\n\ny\n--b--',
)


def assert_readable(raw: bytes) -> None:
    message = parse(raw, trusted_authserv_ids={"gw"}, own_servers={"10.0.0.0/8"})
    assert not any("could not be read in full" in defect for defect in message.defects), message.defects
    carried = json.loads(json.dumps(message.to_dict()).encode("utf-8"))
    assert ParsedMessage.from_dict(carried) == message
    assert "\\u0000" not in json.dumps(message.to_dict())
    json.dumps(message.to_dict(), ensure_ascii=False).encode("utf-8")
    page = document(raw)
    page.html.encode("utf-8")
    assert not any("could not be prepared" in note for note in page.notes), page.notes


@pytest.mark.parametrize("build", HOSTILE, ids=lambda build: build.__name__)
def test_it_reads_what_can_be_read_within_two_seconds(build: Callable[[], bytes]) -> None:
    raw = build()
    began = time.process_time()
    parse(raw)
    document(raw)
    assert time.process_time() - began < 2
    assert_readable(raw)


@given(st.binary(max_size=2_000))
def test_it_reads_any_bytes(raw: bytes) -> None:
    assert_readable(raw)


@settings(max_examples=200)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 900), st.integers(0, 12), st.binary(max_size=12)), max_size=6),
)
def test_it_reads_damaged_messages(seed: bytes, edits: list[tuple[int, int, bytes]]) -> None:
    for position, length, replacement in edits:
        seed = seed[:position] + replacement + seed[position + length :]
    assert_readable(seed)


MAGIC = st.sampled_from(
    [b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04", b"Rar!\x1a\x07\x01\x00", b"Rar!\x1a\x07\x00", b"7z\xbc\xaf\x27\x1c",
     b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-", b"{\\rt", b"\x1f\x8b\x08\x08", b"<svg", b"<html>", b"\xff\xfe<\x00"]
)  # fmt: skip


@given(MAGIC, st.binary(max_size=400))
def test_it_looks_into_any_attachment(magic: bytes, rest: bytes) -> None:
    assert_readable(attached(magic + rest, "file.docx"))


@given(st.sampled_from([*_CODECS, "rot13", "punycode", "idna", "zlib", "", "\x00"]), st.binary(max_size=200))
def test_it_decodes_any_bytes_in_any_charset(charset: str, data: bytes) -> None:
    decode(data, charset).encode("utf-8")


def test_it_keeps_what_could_be_read_of_a_message_with_too_many_parts() -> None:
    message = parse(HOSTILE[0]())
    assert message.subject == "hello"
    assert message.text.count("x") == limits.PARTS - 1
    assert message.unread == (f"Only the first {limits.PARTS:,} parts were read.",)
