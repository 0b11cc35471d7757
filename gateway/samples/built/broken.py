"""Malformed samples, and samples with hostile strings that attack the user interface."""

from datetime import datetime
from typing import Final

from gateway.samples.built.source import journey, source
from gateway.samples.packing import file_part, multipart, text_part

_CUSTOMER: Final = '"Henry Okafor" <h.okafor@delta-waterworks.example>'
_RAW_LATIN: Final = b"Caf\xe9 um acht? Gr\xfc\xdfe".decode("utf-8", "surrogateescape")


def _customer(
    kind: str, days: int, at: str, recipients: str = "support@acme.example", expected: str = "NONE"
) -> dict[str, str]:
    return journey(
        kind,
        expected,
        days,
        at,
        "h.okafor@delta-waterworks.example",
        recipients,
        "mail.delta-waterworks.example",
        "192.0.2.36",
        "pass",
    )


def broken_boundary(_now: datetime) -> str:
    """Return a sample: a multipart without a closing boundary, and a line with an undeclared boundary."""
    body = (
        'Content-Type: multipart/mixed; boundary="abc"\n\npreamble\n'
        "--abc\nContent-Type: text/plain\n\nThe first part.\n"
        "--abd\nThis line follows a boundary that was never declared.\n"
        "--abc\nContent-Type: text/html\n\n<p>The second part, cut of"
    )
    return source(
        _customer("broken MIME", 9, "18:09"),
        {"From": _CUSTOMER, "To": "support@acme.example", "Subject": "Cut off on the way"},
        body,
    )


def broken_encodings(_now: datetime) -> str:
    """Return a sample: an unknown charset, invalid base64, invalid encoded words."""
    body = multipart(
        "mixed",
        "enc-1",
        "Content-Type: text/plain; charset=x-unknown-9\nContent-Transfer-Encoding: quoted-printable\n\n"
        "Pressure =E2=82=AC =ZZ =\n",
        'Content-Type: application/octet-stream; name="data.bin"\n'
        "Content-Transfer-Encoding: base64\n\nAAEC!!AwQ=F\n====\nBQ",
    )
    fields = {
        "From": "=?utf-8?Q?Henry_=Okafor?= <h.okafor@delta-waterworks.example>",
        "To": "support@acme.example",
        "Subject": "=?x-none?B?AAA?= =?utf-8?B?4oKs?= =?utf-8?Q?broken=E2=82?=",
    }
    return source(_customer("broken MIME", 16, "11:55"), fields, body)


def broken_header_lines(_now: datetime) -> str:
    """Return a sample: raw 8-bit text in the header, a repeated field and an invalid date."""
    fields = {
        "From": _CUSTOMER,
        "To": "support@acme.example",
        "Subject": _RAW_LATIN,
        "subject": "A second subject",
        "X-Mailer": "Desk 0.1 (c) 1999",
        "Resent-Date": "Mon, 99 Foo 2024 25:61:00 +9999",
    }
    return source(
        _customer("broken header", 22, "08:18"), fields, "Content-Type: text/plain\n\nA letter from an old program.\n"
    )


def nested_to_the_bottom(_now: datetime) -> str:
    """Return a sample: 110 nested multiparts, deeper than the parser's limit."""
    body = "Content-Type: text/plain\n\nAt the bottom.\n"
    for level in range(110):
        body = multipart("mixed", f"n{level}", body)
    return source(
        _customer("deep nesting", 28, "02:22", expected="SUSPICIOUS"),
        {"From": _CUSTOMER, "To": "support@acme.example", "Subject": "A hundred envelopes"},
        body,
    )


def hostile_markup_in_names(_now: datetime) -> str:
    """Return a sample: HTML, script and spreadsheet formula injection in all displayed text."""
    body = multipart(
        "mixed",
        "xss-1",
        text_part('<b>Plain text</b> with <script>alert("text")</script> and &amp; entities.\n'),
        file_part("'><img src=x onerror=alert(1)>.txt", "text/plain", b"harmless"),
        file_part("=cmd('x')!A1.csv", "text/csv", b"=1+1;@SUM(A1);-2+3\n"),
        file_part("../../etc/passwd", "text/plain", b"a path that leads nowhere"),
    )
    fields = {
        "From": '"<svg onload=alert(1)>" <h.okafor@delta-waterworks.example>',
        "To": '"=HYPERLINK(1)" <support@acme.example>',
        "Subject": "<script>alert('subject')</script> {{7*7}} ${7*7} =1+1 %s \"'`",
        "X-Note": '"><iframe src=javascript:alert(1)>',
    }
    return source(_customer("hostile strings", 2, "21:47"), fields, body)


def hostile_directions(_now: datetime) -> str:
    """Return a sample: bidirectional overrides, invisible characters, stacked accents, and NULs."""
    marks = "".join(chr(code) for code in range(0x300, 0x320))
    fields = {
        "From": "Henry {{u202e}}rofako{{u202c}} <h.okafor@delta-waterworks.example>",
        "To": "support@acme.example",
        "Subject": f"Question {{{{u202e}}}}gnp.exe{{{{u202c}}}} Z{marks}algo {{{{u200b}}}}{{{{ufeff}}}} 🏴‍☠️ end",
        "X-Nul": "before{{nul}}after",
    }
    body = text_part("Left {{u202e}}thgir{{u202c}} and {{nul}}nothing.\n")
    return source(_customer("hostile strings", 12, "19:36"), fields, body)


def long_lines(_now: datetime) -> str:
    """Return a sample: a very long subject, display name and word without a line break opportunity."""
    fields = {
        "From": f'"{"Wide" * 60}" <h.okafor@delta-waterworks.example>',
        "To": "support@acme.example",
        "Subject": "Unbreakable" * 40,
    }
    body = f"Content-Type: text/plain; charset=us-ascii\n\n{'word' * 1500}\n"
    return source(_customer("long strings", 26, "15:51"), fields, body)


SAMPLES: Final = (
    broken_boundary,
    broken_encodings,
    broken_header_lines,
    nested_to_the_bottom,
    hostile_markup_in_names,
    hostile_directions,
    long_lines,
)
