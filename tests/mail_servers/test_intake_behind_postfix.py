"""A real Postfix hands mail to the intake over STARTTLS and LMTP, with XFORWARD; swaks tries the rest.

Slow, since a Postfix is started for each test.
"""

import shutil
import subprocess
from ipaddress import ip_network

import pytest

from gateway.models import Message
from gateway.store.raw_mail import read_raw
from tests.gateway.conftest import client, intake, store, write_token  # noqa: F401 - fixtures
from tests.gateway.mails import mail
from tests.mail_servers.certificates import certificate_for
from tests.mail_servers.postfix import IS_ROOT, PROGRAM, postfix
from tests.stack.running import free_port, wait_for

SWAKS = shutil.which("swaks")
LOOPBACK = (ip_network("127.0.0.0/8"),)
RELAY = {"GATEWAY_RELAY_NETWORKS": LOOPBACK, "GATEWAY_XCLIENT_NETWORKS": LOOPBACK}
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, databases=["default", "gateway"])]
needs_postfix = pytest.mark.skipif(not (PROGRAM and IS_ROOT), reason="postfix is not there, or no root")
needs_swaks = pytest.mark.skipif(not SWAKS, reason="swaks is not installed")


@pytest.fixture
def tls(tmp_path, settings):
    """The intake's certificate. It has to stand before `intake`, which reads it."""
    made = certificate_for(tmp_path / "tls")
    settings.GATEWAY_SMTP_CERTIFICATE, settings.GATEWAY_SMTP_KEY = str(made.certificate), str(made.key)
    return made


@pytest.fixture
def lmtp(settings):
    """The port of LMTP, which has to stand before `intake` too."""
    settings.LMTP_PORT = free_port()
    return settings.LMTP_PORT


def arrived(count, server):
    rows = Message.objects.using("gateway")
    wait_for(lambda: rows.count() >= count, 60, f"{count} messages; Postfix says: {server.log[-3000:]}")
    assert rows.count() == count
    return list(rows.select_related("raw").order_by("id"))


ENCRYPTED = {"smtp_tls_security_level": "encrypt", "smtp_tls_loglevel": "1", "smtp_send_xforward_command": "yes"}
RAWS = [
    mail(body="ordinary"),
    mail(body=".\r\n..\r\n.leading dots"),
    mail(body="h\u00e9llo w\u00f6rld \u65e5\u672c"),
    mail(body="x" * 900 + "\r\n" + "\r\n".join(f"line {number}" for number in range(5000))),
]


@needs_postfix
@pytest.mark.parametrize("intake", [RELAY], indirect=True)
def test_what_postfix_hands_on_is_stored_as_it_was_beneath_its_trace_and_found(tls, intake, client):  # noqa: F811
    with postfix(relay_port=intake, settings=ENCRYPTED) as server:
        with server.client() as smtp:
            smtp.ehlo("mail.partner.example")
            for raw in RAWS:
                smtp.sendmail("ann@partner.example", ["bo@acme.example", "cy@acme.example"], raw, ["BODY=8BITMIME"])
        found = arrived(len(RAWS), server)
        assert "TLS connection established" in server.log
        assert sorted(read_raw(row.raw).partition(b"From: ")[2] for row in found) == sorted(
            raw.partition(b"From: ")[2] for raw in RAWS
        )
        assert all(read_raw(row.raw).startswith(b"Received: from mail.partner.example ") for row in found)
        assert {tuple(row.client_recipients) for row in found} == {("bo@acme.example", "cy@acme.example")}
        page = client.investigate.list(query="Lunch on Friday", detections_only=False)
        assert {one.postfix_id for one in page.items} == {row.postfix_id for row in found}


@needs_postfix
@pytest.mark.parametrize("intake", [RELAY], indirect=True)
def test_postfix_hands_mail_over_by_lmtp(lmtp, intake):  # noqa: F811
    over = {"default_transport": f"lmtp:inet:[127.0.0.1]:{lmtp}", "relayhost": ""}
    with postfix(relay_port=intake, settings=over) as server:
        with server.client() as smtp:
            smtp.sendmail("ann@partner.example", ["bo@acme.example", "cy@acme.example"], RAWS[0])
        (row,) = arrived(1, server)
        assert row.client_recipients == ["bo@acme.example", "cy@acme.example"]


SMTP_CASES = {
    "plain": [],
    "starttls": ["--tls"],
    "pipelined": ["--pipeline"],
    "helo": ["--protocol", "SMTP"],
    "pipelined over tls": ["--tls", "--pipeline"],
    "xclient": ["--xclient", "ADDR=198.51.100.7 HELO=out.partner.example"],
    "eight bit": ["--body", "h\u00e9llo"],
    "attachment": ["--attach", "@/etc/hostname"],
    "null sender": ["--from", "<>"],
    "several recipients": ["--to", "bo@acme.example,cy@acme.example"],
}


@needs_swaks
@pytest.mark.parametrize("case", SMTP_CASES)
@pytest.mark.parametrize("intake", [{"GATEWAY_XCLIENT_NETWORKS": LOOPBACK}], indirect=True)
def test_swaks_hands_mail_in(tls, intake, case):  # noqa: F811
    said = swaks(intake, *SMTP_CASES[case])
    assert said.returncode == 0, said.stdout
    row = Message.objects.using("gateway").get()
    if case == "xclient":
        assert (row.smtp_helo_server_ip, row.smtp_helo_server_name) == ("198.51.100.7", "out.partner.example")


@needs_swaks
@pytest.mark.parametrize("intake", [{"GATEWAY_PROXY_NETWORKS": LOOPBACK}], indirect=True)
@pytest.mark.parametrize("version", ["1", "2"])
def test_swaks_speaks_the_proxy_protocol(intake, version):  # noqa: F811
    told = ["--proxy-version", version, "--proxy-family", "TCP4" if version == "1" else "AF_INET"]
    if version == "2":
        told += ["--proxy-protocol", "STREAM", "--proxy-command", "PROXY"]
    told += ["--proxy-source", "198.51.100.7", "--proxy-source-port", "4711"]
    told += ["--proxy-dest", "192.0.2.1", "--proxy-dest-port", "25"]
    said = swaks(intake, *told)
    assert said.returncode == 0, said.stdout
    assert Message.objects.using("gateway").get().smtp_helo_server_ip == "198.51.100.7"


@needs_swaks
def test_swaks_hands_mail_in_by_lmtp(lmtp, intake):  # noqa: F811
    said = swaks(lmtp, "--protocol", "LMTP", "--to", "bo@acme.example,cy@acme.example")
    assert said.returncode == 0, said.stdout
    assert Message.objects.using("gateway").get().client_recipients == ["bo@acme.example", "cy@acme.example"]


@needs_swaks
def test_swaks_is_refused_what_is_not_its_own(intake):  # noqa: F811
    assert swaks(intake, "--to", "bo@other.example").returncode == 24
    assert not Message.objects.using("gateway").exists()


@needs_swaks
def test_without_a_certificate_swaks_finds_no_starttls(intake):  # noqa: F811
    assert swaks(intake, "--tls").returncode == 29


def swaks(port, *options):
    """Run swaks against a port of this machine and return what came of it."""
    assert SWAKS
    if "--tls" in options and subprocess.run(["perl", "-MNet::SSLeay", "-e1"], capture_output=True).returncode:
        pytest.skip("swaks needs libnet-ssleay-perl for TLS")
    base = [SWAKS, "--server", "127.0.0.1", "--port", str(port), "--helo", "mail.partner.example"]
    who = ["--from", "ann@partner.example", "--to", "bo@acme.example"]
    return subprocess.run(
        [*base, *who, "--timeout", "20", *options], capture_output=True, text=True, timeout=60, check=False
    )
