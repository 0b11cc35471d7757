"""One SMTP session: aiosmtpd's protocol, with bounds on time, commands, and on the message while it arrives."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Any, AnyStr

from aiosmtpd.smtp import Envelope, syntax

from gateway.intake import limits
from gateway.intake.client_commands import ClientCommands, needs_proxy_line
from gateway.intake.connections import Connections, Waiting
from gateway.intake.data_lines import DataLines
from gateway.intake.notifications import take_out
from gateway.intake.replies import with_code
from gateway.intake.spool import SpooledMessage, SpoolFull
from gateway.intake.told_clients import ToldClient

logger = logging.getLogger(__name__)

_POSTMASTER = "<postmaster>"
NO_ROOM = "452 4.3.1 no room for the message, try again later"
_TOO_LARGE = "552 5.3.4 the message is too large"
_LONG_LINE = "500 5.5.2 a line is too long"
_TIMED_OUT = b"421 4.4.2 that took too long\r\n"
_MADE_ROOM = b"421 4.7.0 closed for others that wait\r\n"


class IntakeEnvelope(Envelope):
    """The envelope of one transaction. `spooled` is the message on disk, when it has arrived.

    `asked` are the parameters of MAIL about notifications, `asked_for` those of RCPT by address (RFC 3461).
    """

    spooled: SpooledMessage | None = None
    asked: tuple[str, ...] = ()

    def __init__(self) -> None:
        super().__init__()
        self.asked_for: dict[str, tuple[str, ...]] = {}


class IntakeSMTP(ClientCommands):
    """SMTP session that reads a message into a file, and ends when its peer takes too long."""

    line_length_limit = limits.BUFFERED
    protocol = "SMTP"

    # aiosmtpd's types leave out what is None only before the first connection.
    _reader: Any

    def __init__(self, handler: Any, connections: Connections, **options: Any) -> None:
        super().__init__(handler, timeout=limits.COMMAND_SECONDS, command_call_limit=dict(limits.COMMANDS), **options)
        self.connected = self.peer = self.told_helo = ""
        self.forwarded: ToldClient | None = None
        # The limits of aiosmtpd belong to all sessions together, and grow with each EHLO.
        self.command_size_limits = defaultdict(lambda: self.command_size_limit, limits.COMMAND_BYTES)
        self._greets = False
        self.asked: tuple[str, ...] = ()
        self.waiting = Waiting()
        self.connections = connections
        self._timers: dict[str, asyncio.TimerHandle] = {}

    @property
    def waits_since(self) -> float | None:
        """Since when the server waits for this peer, None while it works for it."""
        return self.waiting.since

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the session."""
        # After STARTTLS the connection is made once more: its time goes on, and it stays that of the same client.
        is_new = "connection" not in self._timers
        if is_new:
            self.connected = self.peer = str((transport.get_extra_info("peername") or ("",))[0])
            self.connections.add(self)
            self._start("connection", limits.CONNECTION_SECONDS)
            self._proxy_timeout = limits.PROXY_SECONDS if needs_proxy_line(self.connected) else None
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """End the session."""
        self.connections.remove(self)
        for name in list(self._timers):
            self._stop(name)
        super().connection_lost(error)

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Return the address of a command and its parameters, but for those of notifications.

        RFC 5321 4.5.1 has `<postmaster>` stand alone.
        """
        address: str | None
        rest: str | None
        if arg[: len(_POSTMASTER)].lower() == _POSTMASTER:
            address, rest = arg[1 : len(_POSTMASTER) - 1], arg[len(_POSTMASTER) :]
        else:
            address, rest = super()._getaddr(arg)
        if rest:
            # aiosmtpd knows no parameters of notifications, and spells all in capitals.
            rest, self.asked = take_out(rest, of_sender=self.envelope.mail_from is None)
        return address, rest

    def _create_envelope(self) -> IntakeEnvelope:
        return IntakeEnvelope()

    def _set_post_data_state(self) -> None:
        super()._set_post_data_state()  # type: ignore[no-untyped-call]
        self._stop("transaction")

    async def push(self, status: AnyStr) -> None:
        """Send a reply, and wait for the next command from then on; after a 421 (RFC 5321 3.8) there is none."""
        self.waiting.begins()
        text = status.decode("utf-8", "replace") if isinstance(status, bytes) else status
        if not self._greets and not text.startswith(f"220 {self.hostname} "):
            text = with_code(text)
        # What the peer wrote may be repeated in a reply, and need not be text.
        await super().push(text.encode("utf-8", "replace"))
        if self.transport is not None and text[:3] == "421":
            self.transport.close()

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802 - aiosmtpd finds commands by these names
        """Answer EHLO, without enhanced status codes."""
        self._greets = bool(hostname)
        try:
            await super().smtp_EHLO(hostname)
        finally:
            self._greets = False

    async def smtp_HELO(self, hostname: str) -> None:  # noqa: N802 - see above
        """Answer HELO, without enhanced status codes."""
        self._greets = bool(hostname)
        try:
            await super().smtp_HELO(hostname)
        finally:
            self._greets = False

    @syntax("MAIL FROM: <address>", extended=" [SP <mail-parameters>]")
    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd finds commands by these names
        """Begin a transaction, and the time that it has."""
        self.asked = ()
        await super().smtp_MAIL(arg)
        if self.envelope.mail_from and "transaction" not in self._timers:
            self._start("transaction", limits.TRANSACTION_SECONDS)

    @syntax("RCPT TO: <address>", extended=" [SP <mail-parameters>]")
    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802 - see above
        """Add a recipient."""
        self.asked = ()
        await super().smtp_RCPT(arg)

    @syntax("DATA")
    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 - see above
        """Read the message into the spool, and have the handler store it."""
        if await self.check_helo_needed():
            return
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 send RCPT first")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        handler = self.event_handler
        spooled = handler.spool_for(self.peer)
        if spooled is None:
            await self.push(NO_ROOM)
            return
        try:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            refusal = await self._receive(spooled)
            self._stop("transaction")
            # While the message is stored, the server takes its time, not the peer.
            self._reset_timeout(limits.TRANSACTION_SECONDS)
            if refusal is None:
                self.envelope.spooled, spooled = spooled, None
                with self.waiting.pauses():
                    refusal = await handler.handle_DATA(self, self.session, self.envelope)
        finally:
            if spooled is not None:
                spooled.close()
        replies = self._replies(len(self.envelope.rcpt_tos))
        self._set_post_data_state()
        self._reset_timeout()
        for _ in range(replies):
            await self.push(refusal)

    def _replies(self, _recipients: int) -> int:
        """Return how many replies follow a message."""
        return 1

    async def _receive(self, spooled: SpooledMessage) -> str | None:
        """Read up to the end of the message. Return the reply if it can't be taken; what arrives is dropped then."""
        lines, refusal, received = DataLines(), None, 0
        begun = self.loop.time()
        while lines.rest is None:
            part = await self._reader.read(limits.BUFFERED)
            received += len(part)
            expected = (self.loop.time() - begun - limits.SLOW_START_SECONDS) * limits.BYTES_A_SECOND
            if not part or received < expected:
                self._timeout_cb()
                raise asyncio.CancelledError
            self._reset_timeout(limits.DATA_SECONDS)
            content = lines.feed(part)
            refusal = refusal or self._keep(spooled, content, lines)
        # StreamReader has no way to give bytes back; aiosmtpd itself clears this buffer for STARTTLS.
        self._reader._buffer[:0] = lines.rest
        return refusal

    def _keep(self, spooled: SpooledMessage, content: bytes, lines: DataLines) -> str | None:
        reply = None
        if lines.longest_line > limits.LONGEST_LINE:
            reply = _LONG_LINE
        elif self.data_size_limit and spooled.size + len(content) > self.data_size_limit:
            reply = _TOO_LARGE
        else:
            try:
                spooled.write(content)
            except (SpoolFull, OSError) as error:
                logger.warning("a message was not taken: %s", error or type(error).__name__)
                reply = NO_ROOM
        if reply is not None:
            spooled.close()
        return reply

    def close_for_others(self) -> None:
        """End the session since others wait for its place."""
        self._end(_MADE_ROOM)

    def _timeout_cb(self) -> None:
        self._end(_TIMED_OUT)

    def _end(self, reply: bytes) -> None:
        transport = self.transport
        if transport is None or transport.is_closing():
            return
        transport.write(reply)
        transport.close()
        # A peer that doesn't read the reply would keep the connection.
        self._start("abort", limits.ABORT_SECONDS, transport.abort)

    def _start(self, name: str, seconds: float, then: Callable[[], None] | None = None) -> None:
        self._stop(name)
        self._timers[name] = self.loop.call_later(seconds, then or self._timeout_cb)

    def _stop(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()
