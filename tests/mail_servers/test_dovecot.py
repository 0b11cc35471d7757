"""The Dovecot that other tests use takes mail by LMTP and shows it by IMAP.

Slow, since a Dovecot is started.
"""

import imaplib
import smtplib
import ssl

import pytest

from tests.mail_servers.dovecot import MASTER, PASSWORD, PROGRAM, dovecot

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not PROGRAM, reason="dovecot-imapd is not installed")]


def test_mail_goes_in_by_lmtp_and_is_seen_by_imap():
    with dovecot() as server:
        with smtplib.LMTP("127.0.0.1", server.lmtp) as lmtp:
            lmtp.sendmail("a@b.example", ["bo@acme.example"], b"Subject: one\r\n\r\ntwo\r\n")
        (got,) = server.messages("bo@acme.example")
        assert got.endswith(b"Subject: one\r\n\r\ntwo\r\n")
        context = ssl.create_default_context(cafile=str(server.certificate.certificate))
        with imaplib.IMAP4_SSL("127.0.0.1", server.imaps, ssl_context=context) as client:
            assert client.login(f"bo@acme.example*{MASTER}", PASSWORD)[0] == "OK"
            assert client.select("INBOX")[1] == [b"1"]
