"""A next hop that answers as it is told, by SMTP or LMTP, and keeps the bytes that it gets."""

from __future__ import annotations

import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

CUT, HANG = "cut", "hang"


@dataclass
class FakeNextHop:
    """`answers` maps the beginning of a command (END: the final dot) to replies that are taken one after another;
    CUT closes the connection, HANG says nothing. `always` are replies that stay."""

    lmtp: bool = False
    extensions: list[str] = field(default_factory=lambda: ["8BITMIME", "SIZE 1000000", "SMTPUTF8"])
    answers: dict[str, list[str]] = field(default_factory=dict)
    always: dict[str, str] = field(default_factory=dict)
    script: Callable[[str], str | None] = lambda _command: None
    tls: ssl.SSLContext | None = None
    received: list[tuple[str, tuple[str, ...], bytes]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)

    def copies(self) -> Counter:
        return Counter(one for _, recipients, _ in self.received for one in recipients)

    def answer(self, command: str, usual: str) -> str:
        if (said := self.script(command)) is not None:
            return said
        for start, replies in self.answers.items():
            if command.upper().startswith(start.upper()) and replies:
                return replies.pop(0)
        return next((reply for start, reply in self.always.items() if command.upper().startswith(start.upper())), usual)


@contextmanager
def fake_next_hop(**options):
    """Run a next hop on a free port of 127.0.0.1 until the block ends."""
    server = FakeNextHop(**options)
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.2)
    server.port = listener.getsockname()[1]
    threads = [threading.Thread(target=_accept, args=(server, listener), daemon=True)]
    threads[0].start()
    try:
        yield server
    finally:
        server.stopping.set()
        threads[0].join(5)
        listener.close()


def _accept(server, listener):
    while not server.stopping.is_set():
        with suppress(TimeoutError):
            connection, _ = listener.accept()
            server.connections += 1
            threading.Thread(target=_Peer(server, connection).run, daemon=True).start()


class _Ended(Exception):
    pass


class _Peer:
    def __init__(self, server, connection):
        self.server, self.connection = server, connection
        connection.settimeout(20)
        self.file = connection.makefile("rb")
        self.sender, self.recipients = "", []

    def run(self):
        with suppress(_Ended, OSError, ValueError):
            self.say(self.server.answer("CONNECT", "220 hop.test ready"))
            while line := self.file.readline():
                self.command(line.decode("utf-8").rstrip("\r\n"))
        self.connection.close()

    def say(self, reply):
        if reply == CUT:
            self.connection.shutdown(socket.SHUT_RDWR)
            raise _Ended
        if reply == HANG:
            self.server.stopping.wait(20)
            raise _Ended
        self.connection.sendall(reply.encode() + b"\r\n")

    def command(self, line):
        self.server.commands.append(line)
        name = line.split(" ")[0].upper()
        handler = getattr(self, f"do_{name.lower()}", None)
        if handler is not None:
            handler(line)
        else:
            self.say(self.server.answer(line, "250 2.0.0 ok"))
        if name == "QUIT":
            raise _Ended

    def do_ehlo(self, line):
        known = [*self.server.extensions]
        known += ["STARTTLS"] if self.server.tls and not isinstance(self.connection, ssl.SSLSocket) else []
        lines = ["hop.test", *known]
        reply = "\r\n".join(f"250{'-' if number < len(lines) - 1 else ' '}{text}" for number, text in enumerate(lines))
        self.say(self.server.answer(line, reply))

    do_lhlo = do_ehlo

    def do_starttls(self, line):
        self.say("220 2.0.0 go on")
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.file = self.connection.makefile("rb")

    def do_mail(self, line):
        self.sender, self.recipients = line[line.index("<") + 1 : line.index(">")], []
        self.say(self.server.answer(line, "250 2.1.0 ok"))

    def do_rcpt(self, line):
        reply = self.server.answer(line, "250 2.1.5 ok")
        if reply.startswith("250"):
            self.recipients.append(line[line.index("<") + 1 : line.rindex(">")])
        self.say(reply)

    def do_data(self, line):
        reply = self.server.answer(line, "354 go on")
        self.say(reply)
        if reply.startswith("354"):
            lines = []
            while (got := self.file.readline()) not in (b".\r\n", b""):
                lines.append(got[1:] if got.startswith(b".") else got)
            if got:
                self.end(b"".join(lines))

    def do_bdat(self, line):
        size = int(line.split()[1])
        self.chunks = getattr(self, "chunks", b"") + self.file.read(size)
        if line.endswith("LAST"):
            self.end(self.chunks)
        else:
            self.say("250 2.0.0 go on")

    def end(self, content):
        for recipient in self.recipients if self.server.lmtp else [""]:
            got = (recipient,) if self.server.lmtp else tuple(self.recipients)
            reply = self.server.answer(f"END {recipient}".strip(), "250 2.0.0 kept as 1")
            if reply.startswith("lost "):  # It keeps the message, and nobody hears of it.
                self.server.received.append((self.sender, got, content))
                self.say(reply.removeprefix("lost "))
            if reply.startswith("250"):
                self.server.received.append((self.sender, got, content))
            self.say(reply)
