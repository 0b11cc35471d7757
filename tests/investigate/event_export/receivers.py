"""Receivers on loopback for events: an HTTP server that answers as it is told, and a syslog server with TLS."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass
class Got:
    """One request that a receiver got, and when."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float = field(default_factory=time.monotonic)

    @property
    def lines(self) -> list[bytes]:
        """Return the lines of a compressed body."""
        return gzip.decompress(self.body).splitlines()


Answer = Callable[["_Handler"], None]


def answer(status: int, body: bytes = b"", **headers: str) -> Answer:
    """Return what answers with this status, body and header fields (written with _ for -)."""

    def give(handler: _Handler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        with suppress(OSError):
            handler.wfile.write(body)

    return give


def hang(handler: _Handler) -> None:
    """Answer nothing until the test is over."""
    handler.server.over.wait(30)  # type: ignore[attr-defined]
    handler.close_connection = True


def drip(handler: _Handler) -> None:
    """Answer a byte now and then, for ever."""
    with suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not handler.server.over.wait(0.05):  # type: ignore[attr-defined]
            handler.wfile.write(b"x")
            handler.wfile.flush()
    handler.close_connection = True


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        receiver: HttpReceiver = self.server.receiver  # type: ignore[attr-defined]
        receiver.got.append(Got(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        (receiver.answers.pop(0) if receiver.answers else receiver.otherwise)(self)

    def log_message(self, *args: object) -> None:
        pass


class HttpReceiver:
    """A server that keeps what it gets. `answers` are given one after another, then `otherwise`."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.answers: list[Answer] = []
        self.otherwise: Answer = answer(204)
        self.port = 0
        self.host = "127.0.0.1"
        self.scheme = "http"

    def url(self, path: str = "/hook") -> str:
        """Return the URL of the server."""
        return f"{self.scheme}://{self.host}:{self.port}{path}"


@contextmanager
def http_receiver(tls: Authority | None = None) -> Iterator[HttpReceiver]:
    """Run a server, with TLS if there is an authority that makes its certificate."""
    receiver = HttpReceiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.receiver, server.over = receiver, threading.Event()  # type: ignore[attr-defined]
    if tls is not None:
        server.socket = tls.context.wrap_socket(server.socket, server_side=True)
        receiver.scheme = "https"
    receiver.port = server.server_port
    thread = threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.over.set()  # type: ignore[attr-defined]
        server.shutdown()
        server.server_close()


class Authority:
    """An authority of its own, with a certificate for localhost and 127.0.0.1, or for `name`."""

    def __init__(self, folder: Path, name: str = "localhost") -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Test authority {id(self)}")])
        root = _certificate(subject, subject, key.public_key(), key, is_authority=True, name=name)
        own = ec.generate_private_key(ec.SECP256R1())
        leaf = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = _certificate(leaf, subject, own.public_key(), key, is_authority=False, name=name)
        self.pem = root.public_bytes(Encoding.PEM).decode()
        path = folder / f"{name}-{id(self)}.pem"
        path.write_bytes(
            made.public_bytes(Encoding.PEM) + own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(path)


def _certificate(subject, issuer, public_key, key, *, is_authority, name):
    names = (
        [x509.DNSName(name), x509.IPAddress(ip_address("127.0.0.1"))] if name == "localhost" else [x509.DNSName(name)]
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    )
    if not is_authority:
        made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return made.sign(key, SHA256())


class SyslogReceiver:
    """A syslog server that keeps the bytes of each connection. With `resets`, it breaks connections off."""

    def __init__(self) -> None:
        self.connections: list[bytes] = []
        self.resets = False
        self.port = 0

    @property
    def messages(self) -> list[bytes]:
        """Return the messages of all frames, after each frame's length was found to be right."""
        found = []
        for content in self.connections:
            while content:
                length, _, rest = content.partition(b" ")
                found.append(rest[: int(length)])
                assert len(found[-1]) == int(length)
                content = rest[int(length) :]
        return found


@contextmanager
def syslog_receiver(tls: Authority | None) -> Iterator[SyslogReceiver]:
    """Run a syslog server, with TLS unless there is no authority."""
    receiver = SyslogReceiver()
    listener = socket.create_server(("127.0.0.1", 0))
    receiver.port = listener.getsockname()[1]

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with suppress(OSError), connection:
                connection.settimeout(5)
                if receiver.resets:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
                    continue
                secure = tls.context.wrap_socket(connection, server_side=True) if tls else connection
                found = b""
                while part := secure.recv(65536):
                    found += part
                receiver.connections.append(found)
                if tls:
                    secure.unwrap()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield receiver
    finally:
        listener.close()
