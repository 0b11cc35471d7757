"""Messages attached to a message are taken out as they are."""

import base64

from gateway.mail.attachments import attached_messages
from gateway.mail.isolation import ParserPool

INNER = b"From: a@b.example\r\nSubject: inner\r\n\r\n\xff\x00 bytes\r\n"


def wrapped(*parts: bytes, edge: bytes = b"edge") -> bytes:
    body = b"".join(b"--%b\r\n%b\r\n" % (edge, part) for part in parts)
    return b'Content-Type: multipart/mixed; boundary="%b"\r\n\r\n%b--%b--\r\n' % (edge, body, edge)


def as_message(raw: bytes) -> bytes:
    return b"Content-Type: message/rfc822\r\n\r\n" + raw


def test_each_is_given_byte_for_byte_in_the_order_of_the_message() -> None:
    other = INNER.replace(b"inner", b"other")
    encoded = b'Content-Type: application/x-mail; name="o.EML"\r\nContent-Disposition: attachment; filename="o.EML"\r\n'
    encoded += b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(other)
    text = b"Content-Type: text/plain\r\n\r\nSee below."
    assert attached_messages(wrapped(text, as_message(INNER), encoded)) == [INNER, other]


def test_what_is_attached_to_an_attached_message_stays_in_it() -> None:
    inner = wrapped(as_message(INNER), edge=b"inside")
    assert attached_messages(wrapped(as_message(inner))) == [inner]


def test_other_files_are_no_messages() -> None:
    assert attached_messages(wrapped(b'Content-Disposition: attachment; filename="a.txt"\r\n\r\nhello')) == []
    assert attached_messages(b"Subject: alone\r\n\r\nhello\r\n") == []


def test_a_child_gives_the_same_and_none_when_it_is_too_slow() -> None:
    raw = wrapped(as_message(INNER))
    pool, hurried = ParserPool(size=1), ParserPool(size=1, timeout=0.0)
    try:
        assert pool.attached_messages(raw) == [INNER]
        assert hurried.attached_messages(raw) == []
    finally:
        pool.close()
        hurried.close()
