"""Posting to receivers: where the console may send to, and what their answers mean."""

import socket
import ssl
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dashboard.outbox import addresses, posting
from dashboard.outbox.addresses import AddressForbidden, endpoint_of, url_checked
from dashboard.outbox.channels import Refused, TryLater
from dashboard.outbox.posting import Poster


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        self.server.answer(self)

    def log_message(self, *_):
        pass


def say(code, headers=(), body=b"said"):
    def answer(handler):
        handler.send_response(code)
        for name, value in headers:
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@contextmanager
def receiver(answer, context=None):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.daemon_threads = True
    server.got, server.answer = [], answer
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def post(server, path="/hook", scheme="http", host="127.0.0.1"):
    poster = Poster()
    try:
        poster.post(f"{scheme}://{host}:{server.server_port}{path}", content=b"{}", headers={"X-A": "b"})
    finally:
        poster.close()


def test_what_is_answered_with_2xx_has_arrived():
    with receiver(say(204, body=b"")) as server:
        post(server, "/a/b?c=d")
    ((path, headers, body),) = server.got
    assert (path, body, headers["X-A"]) == ("/a/b?c=d", b"{}", "b")


@pytest.mark.parametrize(
    ("code", "error", "is_receiver"),
    [
        (500, TryLater, False),
        (503, TryLater, True),
        (429, TryLater, True),
        (401, TryLater, True),
        (404, TryLater, True),
        (400, Refused, None),
        (413, Refused, None),
        (422, Refused, None),
    ],
)
def test_other_answers_say_whether_to_try_again(code, error, is_receiver):
    with receiver(say(code)) as server, pytest.raises(error, match=f"{code}: said") as raised:
        post(server)
    assert getattr(raised.value, "is_receiver", None) is is_receiver


@pytest.mark.parametrize("is_date", [False, True])
def test_a_receiver_says_when_to_come_again(is_date):
    value = format_datetime(datetime.now(UTC) + timedelta(seconds=121), usegmt=True) if is_date else "120"
    with receiver(say(429, [("Retry-After", value)])) as server, pytest.raises(TryLater) as raised:
        post(server)
    assert 100 < raised.value.seconds <= 121


@pytest.mark.parametrize("value", ["²", "soon", "-5", "9" * 40, ""])
def test_an_odd_wish_is_none(value):
    answer = say(429, [("Retry-After", value.encode().decode("latin-1"))])
    with receiver(answer) as server, pytest.raises(TryLater) as raised:
        post(server)
    assert raised.value.seconds == 0


def test_a_redirect_is_not_followed():
    with receiver(say(200)) as other:
        answer = say(302, [("Location", f"http://127.0.0.1:{other.server_port}/")])
        with receiver(answer) as server, pytest.raises(TryLater, match="redirects"):
            post(server)
        assert other.got == []


def test_an_endless_answer_is_left(monkeypatch):
    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 65536)

    with receiver(endless) as server:
        began = time.monotonic()
        post(server)
        assert time.monotonic() - began < 18


def test_an_answer_that_drips_is_left_after_its_time(monkeypatch):
    monkeypatch.setattr(posting, "WHOLE_SECONDS", 0.6)

    def drip(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(400):
            handler.wfile.write(f"X-{number}: y\r\n".encode())
            handler.wfile.flush()
            time.sleep(0.1)

    with receiver(drip) as server:
        began = time.monotonic()
        with pytest.raises(TryLater, match="took too long"):
            post(server)
        assert time.monotonic() - began < 18


def test_what_a_receiver_says_keeps_no_control_characters():
    said = b"a\0b \x1b[31mc\xe2\x80\xae d" + b"x" * 9000
    with receiver(say(500, body=said)) as server, pytest.raises(TryLater) as raised:
        post(server)
    assert str(raised.value).isprintable()
    assert "ab [31mc dxxx" in str(raised.value)
    assert len(str(raised.value)) < 300


def test_a_name_server_that_does_not_answer_costs_a_bounded_time(monkeypatch):
    over = threading.Event()
    monkeypatch.setattr(addresses, "LOOK_UP_SECONDS", 0.2)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: [over.wait(60)][1:])
    begun = time.monotonic()
    with pytest.raises(TryLater, match="no answer within its time"):
        Poster().post("https://hooks.example/", content=b"", headers={})
    over.set()
    assert time.monotonic() - begun < 30


def test_nobody_listens():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        with pytest.raises(TryLater, match="could not be reached") as raised:
            Poster().post(f"http://127.0.0.1:{probe.getsockname()[1]}/", content=b"", headers={})
    assert raised.value.is_receiver


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "http://10.0.0.1/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[fe80::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://100.64.0.1/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "https://name:word@example.org/",
        "https://",
        "https://exa mple.org/",
        "https://[::1/",
        "https://example.org:99999/",
        "//example.org/",
    ],
)
def test_what_is_not_public_or_not_https_is_refused(url):
    with pytest.raises(AddressForbidden):
        url_checked(url)


@pytest.mark.parametrize("address", ["10.1.2.3", "127.0.0.1", "169.254.169.254", "::1", "fd00::1"])
def test_a_name_that_leads_to_a_private_address_is_refused(monkeypatch, address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # The test has no name servers: this is the system's call, not ours.
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda *_a, **_k: [(family, 1, 6, "", ("93.184.215.14", 443)), (family, 1, 6, "", (address, 443))],
    )
    with pytest.raises(AddressForbidden, match="not on the public network"):
        endpoint_of("https://hooks.example/")


def test_the_operator_may_allow_a_private_network(settings):
    settings.GATEHOUSE_SEND_NETWORKS = (ip_network("10.1.0.0/16"),)
    assert endpoint_of("https://10.1.2.3/").address == "10.1.2.3"
    with pytest.raises(AddressForbidden):
        endpoint_of("https://10.2.2.3/")


def certificate(folder, name):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return file


@pytest.mark.parametrize(("name", "arrives"), [("hooks.example", True), ("other.example", False)])
def test_the_checked_address_is_connected_to_and_the_certificate_is_for_the_name(
    monkeypatch, settings, tmp_path, name, arrives
):
    file = certificate(tmp_path, name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    settings.GATEHOUSE_SEND_NETWORKS = (ip_network("127.0.0.0/8"),)
    asked = []

    def names(host, *_a, **_k):
        asked.append(host)
        return [(socket.AF_INET, 1, 6, "", ("127.0.0.1", 0))]

    with receiver(say(200), context) as server:
        real = socket.getaddrinfo
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda host, *a, **k: names(host) if "example" in host else real(host, *a, **k)
        )
        if arrives:
            post(server, scheme="https", host="hooks.example")
            assert server.got[0][1]["Host"] == f"hooks.example:{server.server_port}"
        else:
            with pytest.raises(TryLater, match=r"(?i)certificate"):
                post(server, scheme="https", host="hooks.example")
            assert server.got == []
    assert asked == ["hooks.example"], "the name is looked up once, so that it can't lead elsewhere after the check"
