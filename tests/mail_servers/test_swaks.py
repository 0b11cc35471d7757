"""swaks, the SMTP client of postmasters: each of its features that an intake can meet, against ours.

It can't give parameters to MAIL and RCPT; tests/gateway/intake/test_keywords.py has those.

Slow, since it starts a Perl program for each of them.
"""

import re
import shutil
import subprocess
from ipaddress import ip_network

import pytest

from gateway.models import Message
from gateway.store.raw_mail import read_raw
from tests.gateway.conftest import *  # noqa: F403 - the fixtures of the gateway's tests
from tests.gateway.intake.test_certificate_reload import files  # noqa: F401 - a fixture
from tests.stack.running import free_port

PROGRAM = shutil.which("swaks")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "gateway"]),
    pytest.mark.skipif(PROGRAM is None, reason="swaks is not there"),
]
LOOPBACK = (ip_network("127.0.0.0/8"),)
TOLD = {"GATEWAY_XCLIENT_NETWORKS": LOOPBACK, "LMTP_PORT": 0}
PROXIED = {"GATEWAY_PROXY_NETWORKS": LOOPBACK, "LMTP_PORT": 0}
# Exit codes of swaks, from its manual.
DONE, ALL_RECIPIENTS_REFUSED, MESSAGE_REFUSED = 0, 24, 26
AUTH_MISSING, TLS_MISSING, TLS_FAILED, XCLIENT_FAILED = 28, 29, 29, 33
TO, FROM = "bo@acme.example", "ann@partner.example"


def swaks(port, *options, to=TO, sender=FROM):
    """Run swaks, and return its exit code and its transcript."""
    arguments = ["--server", "127.0.0.1", "--port", str(port), "--helo", "mx.partner.example", "--timeout", "20"]
    done = subprocess.run(
        [PROGRAM, *arguments, "--to", to, "--from", sender, *options], capture_output=True, text=True, check=False,
        timeout=60, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def stored():
    return list(Message.objects.using("gateway").order_by("pk"))


@pytest.fixture
def lmtp(settings):
    """The port of LMTP. It has to stand before `intake`, which opens it."""
    settings.LMTP_PORT = free_port()
    return settings.LMTP_PORT


ACCEPTED = {
    "EHLO": ([], 1),
    "HELO": (["--protocol", "SMTP"], 1),
    "ESMTP by name": (["--protocol", "ESMTP"], 1),
    "SSMTP over TLS": (["--protocol", "ESMTPS", "--tls-verify"], 1),
    "TLS": (["-tls"], 1),
    "TLS, verified": (["-tls", "--tls-verify"], 1),
    "TLS 1.2": (["-tls", "--tls-protocol", "tlsv1_2"], 1),
    "TLS 1.3": (["-tls", "--tls-protocol", "tlsv1_3"], 1),
    "TLS with SNI": (["-tls", "--tls-sni", "mx.acme.example"], 1),
    "TLS, optional": (["--tls-optional"], 1),
    "TLS, optional and strict": (["--tls-optional-strict"], 1),
    "TLS and pipelining": (["-tls", "--pipeline"], 1),
    "pipelining": (["--pipeline"], 1),
    "recipients": (["--to", "bo@acme.example,cy@acme.example,di@acme.example"], 1),
    "recipients, pipelined": (["--pipeline", "--to", "bo@acme.example,no@other.example,di@acme.example"], 1),
    "null sender": (["--from", "<>"], 1),
    "an address beyond ASCII": (["--from", "käthe@partner.example"], 1),
    "eight bits": (["--header", "Subject: für Käthe", "--body", "für Käthe"], 1),
    "a password, optional": (["--auth-optional", "--auth-user", "u", "--auth-password", "p"], 1),
    "headers": (["--header", "X-One: 1", "--add-header", "X-Two: 2", "--h-Subject", "other"], 1),
    "a body of dots": (["--body", ".\\n..\\n.x\\n."], 1),
    "an attachment": (["--attach-type", "text/plain", "--attach-name", "a.txt", "--attach", "some text"], 1),
    "a body with parts": (["--attach-body", "plain", "--attach-type", "text/html", "--attach-body", "<p>x</p>"], 1),
    "the transcript as a body": (["--dump-as-body", "APP,OUTPUT"], 1),
    "xclient, optional": (["--xclient-optional", "--xclient-addr", "198.51.100.7"], 1),
    "a quit after the greeting": (["--quit-after", "CONNECT"], 0),
    "a quit after EHLO": (["--quit-after", "FIRST-EHLO"], 0),
    "a quit after STARTTLS": (["-tls", "--quit-after", "TLS"], 0),
    "a quit after MAIL": (["--quit-after", "MAIL"], 0),
    "a quit after RCPT": (["--quit-after", "RCPT"], 0),
    "a drop after MAIL": (["--drop-after", "MAIL"], 0),
    "a drop after DATA": (["--drop-after", "DATA"], 0),
    "a drop after sending EHLO": (["--drop-after-send", "FIRST-EHLO"], 0),
    "a drop after sending RCPT": (["--drop-after-send", "RCPT"], 0),
    "a drop after the message": (["--drop-after", "DOT"], 1),
    "only shown": (["--dump"], 0),
    "only shown, the mail": (["--dump-mail"], 0),
}


@pytest.mark.parametrize(("options", "kept"), ACCEPTED.values(), ids=ACCEPTED)
def test_what_it_can_do_is_answered(files, intake, options, kept):  # noqa: F811
    trust = ["--tls-ca-path", str(files[0])] if "--tls-verify" in options else []
    to = options[options.index("--to") + 1] if "--to" in options else TO
    sender = options[options.index("--from") + 1] if "--from" in options else FROM
    left = [one for one in options if one not in {"--to", "--from", to, sender}]
    code, told = swaks(intake, *left, *trust, to=to, sender=sender)
    assert code == DONE, told
    assert len(stored()) == kept, told


def test_what_it_sends_arrives_byte_for_byte(files, intake, tmp_path):  # noqa: F811
    lines = [b"Subject: bytes", b"From: a@partner.example", b"", b".", b"..", b".x", b"f\xc3\xbcr", b"", b"end"]
    raw = b"".join(line + b"\r\n" for line in lines)
    file = tmp_path / "mail.eml"
    file.write_bytes(raw)
    for tls in ([], ["-tls"]):
        code, told = swaks(intake, *tls, "--data", f"@{file}")
        assert code == DONE, told
    # Without its fixes swaks sends a file as it is, which has to end with the dot.
    file.write_bytes(raw.replace(b"\r\n.", b"\r\n..") + b".\r\n")
    code, told = swaks(intake, "--no-data-fixup", "--data", f"@{file}")
    assert code == DONE, told
    found = [read_raw(row.raw) for row in stored()]
    assert found == [raw + b"\r\n", raw + b"\r\n", raw], "with its fixes swaks adds a line's end"
    assert [row.received_with for row in stored()] == ["ESMTP", "ESMTPS", "ESMTP"]


def test_a_large_attachment_arrives_whole_and_one_too_large_is_refused(intake, tmp_path, settings):
    file = tmp_path / "large.bin"
    file.write_bytes(bytes(range(256)) * 4096 * 8)
    attach = ["--attach-type", "application/octet-stream", "--attach-name", "large.bin", "--attach", f"@{file}"]
    code, told = swaks(intake, "--suppress-data", *attach)
    assert code == DONE, told[-400:]
    (row,) = stored()
    assert row.raw.size > 8 * 1024 * 1024
    settings.GATEWAY_MAX_MESSAGE_BYTES = row.raw.size - 1
    code, told = swaks(intake, "--suppress-data", *attach)
    assert (code, "552 5.3.4" in told) == (MESSAGE_REFUSED, True), told[-400:]
    assert len(stored()) == 1


REFUSED = {
    "a password": (["--auth", "--auth-user", "u", "--auth-password", "p"], AUTH_MISSING, "did not advertise"),
    "a password over TLS": (
        ["-tls", "--auth", "PLAIN", "--auth-user", "u", "--auth-password", "p"], AUTH_MISSING, "did not advertise",
    ),
    "a foreign domain": (["--to", "no@other.example"], ALL_RECIPIENTS_REFUSED, "550 5.7.1"),
    "a foreign domain, pipelined": (["--pipeline", "--to", "no@other.example"], ALL_RECIPIENTS_REFUSED, "550 5.7.1"),
    "a client that nobody may name": (["--xclient-addr", "198.51.100.7"], XCLIENT_FAILED, "not advertise XCLIENT"),
    "a proxy that nobody has named": (
        ["--proxy-version", "1", "--proxy", "TCP4 198.51.100.7 192.0.2.1 4711 25"], None, "550 5.7.0",
    ),
    "TLS from the start": (["--tls-on-connect"], TLS_FAILED, "TLS startup failed"),
    "TLS 1.1": (["-tls", "--tls-protocol", "tlsv1_1"], TLS_FAILED, "TLS startup failed"),
}  # fmt: skip


@pytest.mark.parametrize(("options", "code", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_offered_is_refused_in_a_word(files, intake, options, code, said):  # noqa: F811
    to = options[options.index("--to") + 1] if "--to" in options else TO
    sender = options[options.index("--from") + 1] if "--from" in options else FROM
    left = [one for one in options if one not in {"--to", "--from", to, sender}]
    found, told = swaks(intake, *left, to=to, sender=sender)
    assert said in told
    assert found == code if code is not None else found != DONE, told
    assert stored() == []


def test_without_a_certificate_tls_is_not_offered(intake):
    code, told = swaks(intake, "-tls")
    assert (code, "STARTTLS not supported" in told or "not advertise" in told) == (TLS_MISSING, True), told
    assert swaks(intake, "--tls-optional")[0] == DONE


@pytest.mark.parametrize("options", [[], ["--pipeline"], ["-tls"]], ids=["plain", "pipelining", "TLS"])
def test_lmtp_answers_for_each_recipient(lmtp, files, intake, options):  # noqa: F811
    code, told = swaks(lmtp, "--protocol", "LMTP", *options, to="bo@acme.example,no@other.example,cy@acme.example")
    assert code == DONE, told
    assert len(re.findall(r"<[-~]+\s+250 2\.0\.0 OK: stored as", told)) == 2, told
    (row,) = stored()
    assert row.client_recipients == ["bo@acme.example", "cy@acme.example"]
    assert row.received_with == ("LMTPS" if "-tls" in options else "LMTP")


@pytest.mark.parametrize("intake", [TOLD], indirect=True)
def test_a_named_server_names_the_client(files, intake):  # noqa: F811
    told = ["--xclient-addr", "198.51.100.7", "--xclient-helo", "out.partner.example", "--xclient-name", "out.example"]
    for more in ([], ["--xclient-before-starttls", "-tls"], ["--xclient-delim", "--xclient-port", "4711"]):
        code, said = swaks(intake, *told, *more)
        assert code == DONE, said
    assert [row.smtp_helo_server_ip for row in stored()] == ["198.51.100.7"] * 3


PROXY = {
    "version 1": ["--proxy-version", "1", "--proxy", "TCP4 198.51.100.7 192.0.2.1 4711 25"],
    "version 2": [
        "--proxy-version", "2", "--proxy-family", "AF_INET", "--proxy-protocol", "STREAM", "--proxy-command", "PROXY",
        "--proxy-source", "198.51.100.7", "--proxy-source-port", "4711", "--proxy-dest", "192.0.2.1",
        "--proxy-dest-port", "25",
    ],
}  # fmt: skip


@pytest.mark.parametrize("intake", [PROXIED], indirect=True)
@pytest.mark.parametrize("options", PROXY.values(), ids=PROXY)
def test_a_named_proxy_names_the_client(files, intake, options):  # noqa: F811
    code, told = swaks(intake, *options, "-tls")
    assert code == DONE, told
    (row,) = stored()
    assert (row.smtp_helo_server_ip, row.received_with) == ("198.51.100.7", "ESMTPS")
