"""A real DNS server on loopback, UDP and TCP, which serves zones that a test writes."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rdtypes.ANY.TXT
import dns.rrset

SILENT = "SILENT"
"""Instead of records: the server never answers for this name and type."""
BROKEN = "BROKEN"
"""Instead of records: the server answers SERVFAIL."""

Zone = dict[str, dict[str, list[str | bytes] | str]]


class DnsServer:
    """Serves `zone`: by name in lower case and type, the records as text; TXT as text or bytes. Counts questions."""

    def __init__(self, zone: Zone | None = None) -> None:
        self.zone: Zone = zone if zone is not None else {}
        self.asked: list[tuple[str, str]] = []
        self._udp, self._tcp = _sockets()
        self.port = self._udp.getsockname()[1]
        for work in (self._serve_udp, self._serve_tcp):
            threading.Thread(target=work, daemon=True).start()

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    def close(self) -> None:
        for one in (self._udp, self._tcp):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _serve_udp(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                wire, peer = self._udp.recvfrom(4096)
                if not wire:
                    return
                answer = self.answer(wire, most=1232)
                if answer is not None:
                    self._udp.sendto(answer, peer)

    def _serve_tcp(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _peer = self._tcp.accept()
                with connection, connection.makefile("rb") as stream:
                    (size,) = struct.unpack("!H", stream.read(2))
                    answer = self.answer(stream.read(size), most=65_535)
                    if answer is not None:
                        connection.sendall(struct.pack("!H", len(answer)) + answer)

    def answer(self, wire: bytes, *, most: int) -> bytes | None:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name = _written(question.name)
        kind = dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind))
        response = dns.message.make_response(query)
        known = self.zone.get(name)
        records = (known or {}).get(kind, [])
        if records == SILENT:
            return None
        if records == BROKEN:
            response.set_rcode(dns.rcode.SERVFAIL)
        elif known is None and name:
            response.set_rcode(dns.rcode.NXDOMAIN)
        else:
            response.answer += self._found(question.name, known or {}, kind)
        found = response.to_wire(max_size=65_535)
        if len(found) > most:
            response.answer.clear()
            response.flags |= dns.flags.TC
            found = response.to_wire()
        return found

    def _found(
        self, name: dns.name.Name, known: dict[str, list[str | bytes] | str], kind: str, hops: int = 8
    ) -> list[dns.rrset.RRset]:
        if known.get(kind):
            return [_rrset(name, kind, known[kind])]
        if not known.get("CNAME") or not hops:
            return []
        alias = _rrset(name, "CNAME", known["CNAME"])
        target = alias[0].target
        return [alias, *self._found(target, self.zone.get(_written(target), {}), kind, hops - 1)]


def _sockets() -> tuple[socket.socket, socket.socket]:
    """Return sockets for UDP and TCP on one free port. The number that UDP gets may be taken for TCP."""
    while True:
        tcp = socket.create_server(("127.0.0.1", 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            udp.bind(tcp.getsockname())
        except OSError:
            udp.close()
            tcp.close()
        else:
            return udp, tcp


def _written(name: dns.name.Name) -> str:
    return ".".join(label.decode("latin-1") for label in name.labels if label).lower()


def _rrset(name: dns.name.Name, kind: str, records: list[str | bytes] | str) -> dns.rrset.RRset:
    if kind != "TXT":
        return dns.rrset.from_text(name, 300, "IN", kind, *[str(record) for record in records])
    made = [dns.rdtypes.ANY.TXT.TXT(dns.rdataclass.IN, dns.rdatatype.TXT, _strings(record)) for record in records]
    return dns.rrset.from_rdata_list(name, 300, made)


def _strings(record: str | bytes) -> list[bytes]:
    text = record.encode() if isinstance(record, str) else record
    return [text[start : start + 255] for start in range(0, len(text), 255)] or [b""]


@contextlib.contextmanager
def serving(zone: Zone) -> Iterator[DnsServer]:
    """Serve the zone until the end of the block."""
    server = DnsServer(zone)
    try:
        yield server
    finally:
        server.close()
