"""The Postfix that other tests use hands on what it takes in.

Slow, since a Postfix is started.
"""

import pytest

from tests.mail_server import mail_server
from tests.mail_servers.postfix import IS_ROOT, PROGRAM, postfix

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (PROGRAM and IS_ROOT), reason="postfix is not there, or no root"),
]


def test_it_hands_mail_on():
    with mail_server() as next_hop, postfix(relay_port=next_hop.port) as server:
        with server.client() as client:
            client.sendmail("a@partner.example", ["bo@acme.example"], b"Subject: one\r\n\r\ntwo\r\n")
        (got,) = next_hop.wait_for(lambda kept: kept.to("bo@acme.example"), what=server.log)
        assert got.content.endswith(b"\r\n\r\ntwo\r\n")
