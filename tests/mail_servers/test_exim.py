"""A real Exim in front of the intake, over TLS, and as the next hop. Slow, since it starts servers for each test."""

from ipaddress import ip_network

import pytest

from gateway.delivery.queue.claiming import lanes_due
from gateway.delivery.queue.sending import lane_send
from gateway.models import Delivery
from gateway.routes import current
from gateway.store.raw_mail import read_raw
from tests.gateway.conftest import intake, store  # noqa: F401 - fixtures
from tests.gateway.mails import stored
from tests.mail_servers.certificates import certificate_for
from tests.mail_servers.exim import IS_USABLE, exim
from tests.mail_servers.test_intake_behind_postfix import RAWS, arrived
from tests.stack.running import wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not IS_USABLE, reason="exim4 is not installed, or no root"),
    pytest.mark.django_db(transaction=True, databases=["default", "gateway"]),
]
RELAY = {"GATEWAY_RELAY_NETWORKS": (ip_network("127.0.0.0/8"),)}
BO, CY = "bo@acme.example", "cy@acme.example"


@pytest.fixture
def tls(tmp_path, settings):
    """The intake's certificate. It has to stand before `intake`, which reads it."""
    made = certificate_for(tmp_path / "tls")
    settings.GATEWAY_SMTP_CERTIFICATE, settings.GATEWAY_SMTP_KEY = str(made.certificate), str(made.key)
    return made


@pytest.mark.parametrize("intake", [RELAY], indirect=True)
def test_what_exim_hands_on_is_stored_as_it_was_and_judged_by_the_client_that_its_received_field_names(tls, intake):  # noqa: F811
    with exim(relay_port=intake, ca_file=tls.certificate) as server:
        for raw in RAWS:
            server.hand_in(
                raw, sender="ann@partner.example", recipients=[BO, CY], address="203.0.113.5", helo="mx.partner.example"
            )
        found = arrived(len(RAWS), server)
        assert " X=TLS1." in server.log
        assert sorted(read_raw(row.raw).partition(b"From: ")[2].rstrip() for row in found) == sorted(
            raw.partition(b"From: ")[2].rstrip() for raw in RAWS
        )
        assert {tuple(sorted(row.client_recipients)) for row in found} == {(BO, CY)}
        assert {(row.smtp_helo_server_ip, row.smtp_helo_server_name) for row in found} == {
            ("203.0.113.5", "mx.partner.example")
        }


def test_exim_takes_what_the_gateway_hands_on_as_its_next_hop(settings, tmp_path):
    path = tmp_path / "routes.toml"
    settings.GATEWAY_ROUTES = str(path)
    with exim() as server:
        path.write_text(f'[domains."acme.example"]\ndeliver = "smtp"\nto = "127.0.0.1:{server.port}"\ntls = "none"\n')
        current._kept.__init__()
        for raw in RAWS:
            stored(raw, recipients=(BO, CY))
        for name in lanes_due():
            assert lane_send(name)
        assert set(Delivery.objects.using("gateway").values_list("status", flat=True)) == {"delivered"}
        for box in ("bo", "cy"):
            wait_for(lambda box=box: len(server.mailbox(box)) == len(RAWS), 30, f"mail in {box}; {server.log}")
            assert all(any(_lines(got).endswith(_lines(raw)) for got in server.mailbox(box)) for raw in RAWS)
    current._kept.__init__()


def _lines(raw: bytes) -> bytes:
    """Exim keeps lines without CR."""
    return raw.replace(b"\r\n", b"\n").rstrip(b"\n")
