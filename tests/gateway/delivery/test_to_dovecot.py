"""Mail goes to a real Dovecot by LMTP, and its owner sees it by IMAP, byte for byte.

Slow, since a Dovecot is started for each test.
"""

import pytest

from gateway.delivery.queue.claiming import lanes_due
from gateway.delivery.queue.sending import lane_send
from gateway.mailboxes.imap import connections
from gateway.models import Delivery
from gateway.routes import current
from tests.gateway.delivery.test_next_hop import EXACT
from tests.gateway.mails import stored
from tests.mail_servers.dovecot import MASTER, PASSWORD, PROGRAM, dovecot

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PROGRAM, reason="dovecot-imapd is not installed"),
    pytest.mark.django_db(databases=["default", "gateway"]),
]
BO, JO = "bo@acme.example", "jo@acme.example"


def test_odd_messages_survive_byte_for_byte(settings, tmp_path):
    path = tmp_path / "routes.toml"
    settings.GATEWAY_ROUTES = str(path)
    with dovecot() as server:
        path.write_text(f'[domains."acme.example"]\ndeliver = "lmtp"\nto = "127.0.0.1:{server.lmtp}"\ntls = "none"\n')
        current._kept.__init__()
        sent = [raw for raw in EXACT if b"\0" not in raw and raw]
        for raw in sent:
            stored(raw, recipients=(BO, JO))
        for name in lanes_due():
            assert lane_send(name)
        assert set(Delivery.objects.using("gateway").values_list("status", flat=True)) == {"delivered"}
        for address in (BO, JO):
            got = server.messages(address)
            assert len(got) == len(sent)
            for raw in sent:
                assert any(one.endswith(raw) and one.count(b"with ESMTP id ") == 1 for one in got), raw[:60]
    current._kept.__init__()


ROUTE = """
[domains."acme.example"]
deliver = "{deliver}"
to = "127.0.0.1:{port}"
tls = "none"
[domains."acme.example".imap]
host = "127.0.0.1:{imap}"
ca_file = "{authority}"
login = "{{address}}*{master}"
password = "{password}"
"""


def test_what_a_next_hop_took_is_found_and_moved_by_imap(settings, tmp_path, client):
    path = tmp_path / "routes.toml"
    settings.GATEWAY_ROUTES = str(path)
    with dovecot() as server:
        path.write_text(
            ROUTE.format(
                deliver="lmtp",
                port=server.lmtp,
                imap=server.imaps,
                authority=server.certificate.certificate,
                master=MASTER,
                password=PASSWORD,
            )
        )
        current._kept.__init__()
        raw = EXACT[0].replace(b"Subject: dots", b"Message-ID: <dots@partner.example>\r\nSubject: dots")
        message = stored(raw, recipients=(BO, JO))
        for name in lanes_due():
            assert lane_send(name)
        with server.client(BO) as owner:
            owner.create("Projects")
            owner.select("INBOX")
            owner.store("1", "+FLAGS", "(\\Seen)")
            owner.copy("1", "Projects")
            owner.store("1", "+FLAGS", "(\\Deleted)")
            owner.expunge()
        results = client.investigate.move.create(message.investigate_id, destination="DeletedItems")
        assert [(one.recipient, one.status, one.gatehouse_marks) for one in results] == [
            (BO, "moved", ["read"]),
            (JO, "moved", []),
        ]
        for address in (BO, JO):
            (there,) = server.messages(address, "Trash")
            assert there.endswith(raw)
            assert server.messages(address) == server.messages(address, "Projects") == []
    connections.forget()
    current._kept.__init__()
