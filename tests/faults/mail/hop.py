"""A next hop, by SMTP or LMTP, that fails in every way, and writes down what it really did with each copy.

It knows the gateway's message by the id in the trace field on top, a bounce by its Message-ID. What it did comes as
events: `kept`, `refused` (5xx), `put off` (4xx) and `nothing`; `words` are the reply, which names one transaction, and
`lost` says why nobody heard it, "" if it was sent.
"""

import hashlib
import re
import socket
import threading
import time
from collections import Counter
from contextlib import suppress
from random import Random

MOST_FAILURES = 5
"""Failures of one sender's message, after which the hop takes it: pauses are twice as long each time."""
SLOW = 8.0
"""Longer than the gateway waits for any answer."""
_ID = re.compile(rb"\AReceived:[^\n]*\n[^\n]*\bid ([A-Za-z0-9]+);")
_BOUNCE = re.compile(rb"^Message-ID: <(bounce-\d+)\.", re.MULTILINE)

# What is done at each stage, and how often. CUT closes the connection, HANG says nothing until the gateway gives up.
CUT, HANG, KEPT_CUT, KEPT_HANG = "cut", "hang", "kept, then cut", "kept, then hang"
STAGES = {
    "CONNECT": ((CUT, 0.01), ("421 4.3.2 busy", 0.01)),
    "HELLO": ((CUT, 0.01),),
    "MAIL": ((CUT, 0.01), ("451 4.3.0 later", 0.02), ("421 4.3.2 going down", 0.01)),
    "RCPT": ((CUT, 0.005), ("450 4.2.1 busy", 0.04)),
    "DATA": ((CUT, 0.01), ("451 4.3.0 later", 0.02), (HANG, 0.002)),
    "CONTENT": ((CUT, 0.01),),
    "END": ((KEPT_CUT, 0.03), (KEPT_HANG, 0.006), (CUT, 0.02), (HANG, 0.004), ("450 4.2.1", 0.05), ("554 5.6.0", 0.02)),
}


class _Ended(Exception):
    pass


class FaultyHop:
    """Listens on a port of 127.0.0.1 until `close`."""

    def __init__(self, name: str, chance: Random, *, lmtp: bool) -> None:
        self.name, self.lmtp = name, lmtp
        self.events: list[dict] = []
        self.failures: Counter = Counter()
        self.thrown: Counter = Counter()
        self.lock = threading.Lock()
        self._chance, self._transactions = chance, 0
        self._stopping = threading.Event()
        self._refused_until = 0.0
        self._listener: socket.socket | None = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def refuse(self, seconds: float) -> None:
        """Take no connections for a while."""
        self._refused_until = time.monotonic() + seconds

    def close(self) -> None:
        self._stopping.set()
        self._thread.join(10)

    def dice(self, stage: str, whose: str) -> str:
        """Return what goes wrong at a stage, "" for nothing."""
        with self.lock:
            thrown, sum_ = self._chance.random(), 0.0
            for fault, share in STAGES[stage]:
                sum_ += share
                if thrown < sum_:
                    if whose and self.failures[whose] >= MOST_FAILURES:
                        return ""
                    self.failures[whose] += 1
                    self.thrown[f"{stage} {fault}"] += 1
                    return fault
            return ""

    def toss(self) -> bool:
        with self.lock:
            return self._chance.random() < 0.5

    def number(self) -> str:
        with self.lock:
            self._transactions += 1
            return f"{self.name}{self._transactions}"

    def wait(self, seconds: float) -> None:
        self._stopping.wait(seconds)

    def _listen(self) -> None:
        while not self._stopping.is_set():
            if time.monotonic() < self._refused_until:
                if self._listener is not None:
                    self._listener.close()
                    self._listener = None
                self._stopping.wait(0.05)
                continue
            if self._listener is None:
                self._listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
            self._listener.settimeout(0.1)
            with suppress(TimeoutError):
                connection, _ = self._listener.accept()
                threading.Thread(target=_Session(self, connection).run, daemon=True).start()
        if self._listener is not None:
            self._listener.close()


class _Session:
    def __init__(self, hop: FaultyHop, connection: socket.socket) -> None:
        self.hop, self.connection = hop, connection
        connection.settimeout(60)
        self.file = connection.makefile("rb")
        self.sender, self.recipients = "", []

    def run(self) -> None:
        with suppress(_Ended, OSError, ValueError):
            self._fail(self.hop.dice("CONNECT", ""), "220 hop.example ready")
            while line := self.file.readline():
                self._command(line.decode().rstrip("\r\n"))
        # Closing a socket alone leaves it open as long as its file is.
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
        self.file.close()
        self.connection.close()

    def _command(self, line: str) -> None:
        name = line.split(" ")[0].upper()
        if name in {"EHLO", "LHLO"}:
            self._fail(self.hop.dice("HELLO", ""), "250-hop.example\r\n250-8BITMIME\r\n250 SIZE 1000000")
        elif name == "MAIL":
            self.sender, self.recipients = line[line.index("<") + 1 : line.index(">")], []
            self._fail(self.hop.dice("MAIL", self.sender), "250 2.1.0 ok")
        elif name == "RCPT":
            self._recipient(line[line.index("<") + 1 : line.rindex(">")])
        elif name == "DATA":
            self._data()
        else:
            self._say("221 2.0.0 bye" if name == "QUIT" else "250 2.0.0 ok")
            if name == "QUIT":
                raise _Ended

    def _recipient(self, recipient: str) -> None:
        if recipient.startswith("gone"):
            self._say("550 5.1.1 nobody here has that name")
            return
        fault = self.hop.dice("RCPT", self.sender)
        if not fault:
            self.recipients.append(recipient)
        self._fail(fault, "250 2.1.5 ok")

    def _data(self) -> None:
        self._fail(fault := self.hop.dice("DATA", self.sender), "354 go on")
        if fault:
            return
        is_cut = self.hop.dice("CONTENT", self.sender) == CUT
        lines: list[bytes] = []
        while (got := self.file.readline()) not in (b".\r\n", b""):
            lines.append(got[1:] if got.startswith(b".") else got)
            if is_cut and len(lines) == 8:
                # The gateway may have sent the end already: then it has to count this as an answer that was lost.
                self._note(_id_of(lines), self.recipients, "nothing", "", "cut within the message")
                raise _Ended
        if got:
            self._end(b"".join(lines))

    def _end(self, content: bytes) -> None:
        whose, number = _id_of([content]), self.hop.number()
        body = content.partition(b";\r\n\t")[2].partition(b"\r\n")[2] if not whose.startswith("bounce-") else content
        digest = hashlib.sha256(body).hexdigest()
        groups = [[one] for one in self.recipients] if self.hop.lmtp else [self.recipients]
        for position, group in enumerate(groups):
            fault = self.hop.dice("END", self.sender)
            if fault in {KEPT_CUT, KEPT_HANG, CUT, HANG}:
                is_kept = fault in {KEPT_CUT, KEPT_HANG}
                self._note(whose, group, "kept" if is_kept else "nothing", f"as {number}", fault, digest)
                for later in groups[position + 1 :]:
                    kept = self.hop.toss()
                    self._note(
                        whose,
                        later,
                        "kept" if kept else "nothing",
                        f"as {number}",
                        f"{fault}, at another recipient",
                        digest,
                    )
                if fault in {KEPT_HANG, HANG}:
                    self.hop.wait(SLOW)
                raise _Ended
            words = f"{fault or '250 2.0.0 kept'} as {number}"
            what = {"2": "kept", "4": "put off", "5": "refused"}[words[0]]
            event = self._note(whose, group, what, words, "", digest)
            try:
                self._say(words)
            except OSError:
                event["lost"] = "the gateway had gone"
                for later in groups[position + 1 :]:
                    self._note(whose, later, "nothing", "", "the gateway had gone")
                raise
        self.recipients = []

    def _note(self, whose: str, group: list[str], what: str, words: str, lost: str, digest: str = "") -> dict:
        event = {
            "id": whose, "to": list(group), "what": what, "words": words, "lost": lost, "digest": digest,
            "at": time.time(), "hop": self.hop.name,
        }  # fmt: skip
        with self.hop.lock:
            self.hop.events.append(event)
        return event

    def _fail(self, fault: str, usual: str) -> None:
        if fault == CUT:
            raise _Ended
        if fault == HANG:
            self.hop.wait(SLOW)
            raise _Ended
        self._say(fault or usual)
        if fault.startswith("421"):
            raise _Ended

    def _say(self, reply: str) -> None:
        self.connection.sendall(reply.encode() + b"\r\n")


def _id_of(lines: list[bytes]) -> str:
    content = b"".join(lines)
    found = _ID.match(content) or _BOUNCE.search(content)
    return found[1].decode() if found else "unknown"
