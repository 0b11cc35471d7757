"""Somebody who reports mail."""

import base64

import pytest

from tests.gateway.mails import stored
from tests.gateway.policy_rows import protect

REPORTS = "report-phish@acme.example"
PROVEN = "Authentication-Results: mx.acme.example; dmarc=pass header.from=acme.example\r\n"
"""What the organisation's own server writes at the top of mail whose sender it has proven."""


@pytest.fixture
def own_domain(settings):
    settings.GATEWAY_TRUSTED_AUTHSERV_IDS = ["mx.acme.example"]
    protect("acme.example")


def report(
    *attached: bytes,
    sender="Bo <bo@acme.example>",
    subject="Strange mail",
    as_file=False,
    to=(REPORTS,),
    proof=PROVEN,
    **envelope,
):
    """Send a report with messages attached as they are, or as .eml files, and return its row."""
    parts = [b"Content-Type: text/plain\r\n\r\nIs this real?\r\n"]
    for raw in attached:
        if as_file:
            head = b'Content-Type: application/octet-stream; name="mail.EML"\r\n'
            head += b'Content-Disposition: attachment; filename="mail.EML"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
            parts.append(head + base64.encodebytes(raw))
        else:
            parts.append(b"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n" + raw)
    body = b"".join(b"--edge\r\n" + part + b"\r\n" for part in parts) + b"--edge--\r\n"
    head = (
        f"{proof}From: {sender}\r\nTo: {REPORTS}\r\nSubject: {subject}\r\nMessage-ID: <{id(attached)}@acme.example>\r\n"
    )
    raw = head.encode() + b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="edge"\r\n\r\n' + body
    return stored(raw, recipients=to, mail_from="bo@acme.example", **envelope)
