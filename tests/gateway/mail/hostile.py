"""Messages made to break a parser, each built by a function that says what is wrong with it."""

import base64
import io
import zipfile
from collections.abc import Callable

ENVELOPE = b"From: Mallory <mallory@evil.example>\r\nTo: bob@acme.example\r\nSubject: hello\r\n"


def ten_thousand_parts() -> bytes:
    part = b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    return ENVELOPE + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + part * 10_000 + b"--b--\r\n"


def three_thousand_levels() -> bytes:
    body = b""
    for level in range(3_000):
        body += b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (level, level)
    return ENVELOPE + body + b"\r\ndeep"


def three_thousand_nested_messages() -> bytes:
    return ENVELOPE + b"Content-Type: message/rfc822\r\n\r\n" * 3_000 + b"end"


def parts_with_boundaries_of_their_own() -> bytes:
    parts = b"".join(
        b'--b\nContent-Type: multipart/mixed; boundary="%s%d"\n\n' % (b"(" * 200, number) for number in range(1_000)
    )
    return ENVELOPE + b"Content-Type: multipart/mixed; boundary=b\n\n" + parts


def seven_thousand_parameters() -> bytes:
    parameters = b"".join(b"; p%d*%d*=utf-8''x" % (number, number) for number in range(7_200))
    return ENVELOPE + b"Content-Type: text/plain" + parameters + b"\r\n\r\nbody text"


def open_brackets() -> bytes:
    return b"From: " + b"(" * 200_000 + b"\r\nTo: " + b"<" * 100_000 + b"\r\nCc: " + b'"' * 99_999 + b"\r\n\r\nx"


def one_huge_header() -> bytes:
    return ENVELOPE + b"X-Long: " + b"a" * 8_000_000 + b"\r\n\r\nbody"


def a_hundred_thousand_headers() -> bytes:
    return ENVELOPE + b"".join(b"X-%d: y\r\n" % number for number in range(100_000)) + b"\r\nbody"


def endless_folding() -> bytes:
    return b"Subject: a" + b"\r\n b" * 400_000 + b"\r\n\r\nbody"


def nuls() -> bytes:
    return b"From: a\x00b <c\x00@d.example>\r\nSubject: \x00\x00x\r\nTo: \x00\r\n\r\nb\x00dy \x00"


def unknown_charsets() -> bytes:
    return (
        b"Subject: =?x-klingon?B?SGVsbG8=?= =?punycode?Q?a-b-c?= =?rot13?Q?uryyb?=\r\n"
        b"Content-Type: text/plain; charset=idna\r\n\r\n\xff\xfe\x00caf\xe9 " + b"-" * 400_000
    )


def broken_encoded_words() -> bytes:
    return (
        b"Subject: =?utf-8?B?4pyT4p?= =?utf-8?B?yT?= =?utf-8?Q?=E2=9C?= =?? =?=?utf-8?Q??=" + b"=?" * 8_000 + b"\n\nx"
    )


def bare_carriage_returns() -> bytes:
    return b"From: a@b.example\rSubject: old Mac\rTo: c@d.example\r\rfirst line\rsecond line"


def no_headers() -> bytes:
    return b"\r\nonly a body"


def no_separator() -> bytes:
    return b"From: a@b.example\nSubject: s\nthis line is no header\nneither is this"


def mbox_line() -> bytes:
    return b"From mallory@evil.example Thu Jan  1 00:00:00 1970\n" + ENVELOPE.replace(b"\r\n", b"\n") + b"\nbody"


def impossible_dates() -> bytes:
    return b"Date: Mon, 99 Foo 99999999999999999999 99:99:99 +999999999\nReceived: ; \x00Tue, 0 0 0 0\n\nx"


def deep_html() -> bytes:
    return ENVELOPE + b"Content-Type: text/html\r\n\r\n" + b"<div><b id=x>" * 60_000 + b'<a href="http://x.example">y'


def unclosed_quotes() -> bytes:
    return ENVELOPE + b"Content-Type: text/html\r\n\r\n" + b'<a b=\'"" href="\'' * 60_000


def many_links() -> bytes:
    return ENVELOPE + b"Content-Type: text/html\r\n\r\n" + b'<a href="http://x.example/?q=1">' * 30_000


def blanks_without_end() -> bytes:
    text = ("\u3000" * 200_000).encode() + b"\xc2\xa0" * 100_000
    return ENVELOPE + b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>" + text


def one_long_word() -> bytes:
    return ENVELOPE + b"\r\n" + b"a" * 900_000 + b"http://" * 20_000


def hostile_received() -> bytes:
    return b"Received: from " + b"from by " * 1_500 + b"\r\n" + b"Received: (" * 900 + b"\r\n\r\nx"


def authentication_of_nothing() -> bytes:
    return (
        b"Authentication-Results: mx.acme.example; " + b'spf="' * 500 + b"((((((" * 1_000 + b";dkim=" * 800 + b"\n\nx"
    )


def broken_base64() -> bytes:
    return ENVELOPE + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"!!!=A=B=\x00Q" * 10_000


def broken_uuencode() -> bytes:
    return ENVELOPE + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\nM~~~~\r\n\xff\xff\r\nend"


def zip_of_many_entries() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(5_000):
            archive.writestr(f"{number}.txt", b"")
    return attached(buffer.getvalue(), "many.zip")


def zip_that_lies() -> bytes:
    end = b"PK\x05\x06" + b"\x00" * 4 + b"\xff" * 12 + b"\x00\x00"
    return attached(b"PK\x03\x04" + b"PK\x01\x02" * 3_000 + end, "lies.zip")


def rar_that_lies() -> bytes:
    return attached(b"Rar!\x1a\x07\x01\x00" + b"\xff" * 4_000, "lies.rar")


def compound_file_that_lies() -> bytes:
    return attached(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 3_000, "lies.doc")


def nothing() -> bytes:
    return b""


def attached(data: bytes, name: str, declared: str = "application/octet-stream") -> bytes:
    """Return a message with one attachment of that name and content."""
    return (
        ENVELOPE
        + b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        + b"--b\r\nContent-Type: text/plain\r\n\r\nSee attachment.\r\n"
        + f"--b\r\nContent-Type: {declared}\r\nContent-Transfer-Encoding: base64\r\n".encode()
        + f'Content-Disposition: attachment; filename="{name}"\r\n\r\n'.encode()
        + base64.encodebytes(data)
        + b"\r\n--b--\r\n"
    )


HOSTILE: tuple[Callable[[], bytes], ...] = (
    ten_thousand_parts,
    three_thousand_levels,
    three_thousand_nested_messages,
    parts_with_boundaries_of_their_own,
    seven_thousand_parameters,
    open_brackets,
    one_huge_header,
    a_hundred_thousand_headers,
    endless_folding,
    nuls,
    unknown_charsets,
    broken_encoded_words,
    bare_carriage_returns,
    no_headers,
    no_separator,
    mbox_line,
    impossible_dates,
    deep_html,
    unclosed_quotes,
    many_links,
    blanks_without_end,
    one_long_word,
    hostile_received,
    authentication_of_nothing,
    broken_base64,
    broken_uuencode,
    zip_of_many_entries,
    zip_that_lies,
    rar_that_lies,
    compound_file_that_lies,
    nothing,
)
