"""Mail goes to a real Dovecot by LMTP, and its owner sees it by IMAP, byte for byte."""

import pytest

from gateway.delivery.queue.claiming import lanes_due
from gateway.delivery.queue.sending import lane_send
from gateway.models import Delivery
from gateway.routes import current
from tests.gateway.delivery.test_next_hop import EXACT
from tests.gateway.mails import stored
from tests.mail_servers.dovecot import PROGRAM, dovecot

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
