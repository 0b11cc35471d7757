"""A real SMTP server on the loopback address that keeps what it gets, and fails as it is told."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller


@dataclass(frozen=True)
class Received:
    """One mail as it was received: who it was for, and what it says."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def mail(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)

    @property
    def text(self) -> str:
        part = self.mail.get_body(("plain",))
        return part.get_content() if part else ""

    @property
    def html(self) -> str:
        part = self.mail.get_body(("html",))
        return part.get_content() if part else ""


@dataclass
class MailServer:
    """What the server got. The answers are taken one after another before a 250; of the
    first `hangs` messages nothing is heard again."""

    received: list[Received] = field(default_factory=list)
    rcpt_answers: dict[str, list[str]] = field(default_factory=dict)
    data_answers: list[str] = field(default_factory=list)
    hangs: int = 0
    hung: int = 0
    tries: Counter = field(default_factory=Counter)
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[Received]:
        return [one for one in list(self.received) if address in one.recipients]

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd's name
        self.tries[address] += 1
        if answers := self.rcpt_answers.get(address):
            return answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.hung < self.hangs:
            self.hung += 1
            await asyncio.sleep(60)
            return "451 4.3.0 too late"
        if self.data_answers:
            return self.data_answers.pop(0)
        self.received.append(Received(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content))
        return "250 2.0.0 kept"

    def wait_for(self, condition, seconds: float = 30.0, what: str = "mail"):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if value := condition(self):
                return value
            threading.Event().wait(0.05)
        raise AssertionError(f"{what} did not come within {seconds:.0f} s; there are {len(self.received)} mails")


@contextmanager
def mail_server(port: int = 0):
    """Run a server on a free port, or on `port`, until the block ends."""
    server = MailServer()
    controller = _Controller(server, port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


class _Controller(Controller):
    def __init__(self, server: MailServer, port: int) -> None:
        super().__init__(server, hostname="127.0.0.1", port=port, data_size_limit=50_000_000)
        self._kept = server

    def _trigger_server(self) -> None:
        # The port is known once the server listens; the base class asks it by the number that it was given.
        self.port = self.server.sockets[0].getsockname()[1]
        self._kept.port = self.port
        super()._trigger_server()
