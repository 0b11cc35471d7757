"""A copy in a mailbox is the message itself, beneath what servers put on top, and nothing else is."""

import pytest

from gateway.mailboxes.matching import MOST_ON_TOP, is_copy_of, sizes_of_copies

RAW = b"Subject: one\r\nMessage-ID: <a@b.example>\r\n\r\ntwo\r\n"
TOP = b"Return-Path: <a@b.example>\r\nReceived: from x\r\n\tby y\r\n"


@pytest.mark.parametrize(
    ("found", "raw"),
    [
        (RAW, RAW),
        (TOP + RAW, RAW),
        (TOP + RAW, RAW.replace(b"\r\n", b"\n")),
        (RAW, RAW.removesuffix(b"\r\n")),
        (b"x\r\ny\r\n", b"x\ry"),
        (TOP, b""),
    ],
)
def test_it_is_the_message(found, raw):
    assert is_copy_of(found, raw)
    smallest, largest = sizes_of_copies(raw)
    assert smallest <= len(found) <= largest


@pytest.mark.parametrize(
    "found",
    [
        RAW.replace(b"two", b"2wo"),
        RAW + b"more\r\n",
        b"Subject: forwarded\r\n\r\n" + RAW,
        b"\r\n" + RAW,
        b"X-" + RAW,
        b"X: " + b"y" * MOST_ON_TOP + b"\r\n" + RAW,
    ],
)
def test_it_is_another_message(found):
    assert not is_copy_of(found, RAW)
