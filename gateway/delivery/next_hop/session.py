"""A session with a next hop: greeting, TLS, sign-in, then one message after another."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import Final

from gateway.delivery.next_hop.connection import Connection, TimeLimits
from gateway.delivery.next_hop.letter import Letter
from gateway.delivery.next_hop.results import NextHopDown, Outcome, Reply, Result
from gateway.mail.notification_request import NOTHING_ASKED, DsnRequest
from gateway.routes.route import NextHop, Tls

_IMPLICIT_TLS: Final = 465
LONGEST_ADDRESS: Final = 320
BeforeEnd = Callable[[Sequence[str]], None]


class NextHopSession:
    """An open session by SMTP, or by LMTP. `name` is what the gateway calls itself.

    Raise NextHopDown if it can't be opened, as the route's TLS policy and sign-in ask for.
    """

    def __init__(self, hop: NextHop, *, lmtp: bool, name: str, limits: TimeLimits | None = None) -> None:
        self._hop, self._lmtp, self._name = hop, lmtp, name
        self._limits = limits or TimeLimits()
        self._extensions: dict[str, str] = {}
        self._asked = NOTHING_ASKED
        self.is_usable = False
        # Who sends a password wants to know whom to: without a verified certificate anybody could ask for it.
        self._is_verified = hop.tls == Tls.REQUIRED or (bool(hop.user) and hop.tls != Tls.NONE)
        try:
            self._open(with_tls=hop.tls != Tls.NONE)
        except _TlsFailed as error:
            if self._is_verified:
                raise NextHopDown(str(error)) from error
            self._open(with_tls=False)

    def __enter__(self) -> NextHopSession:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def is_still_open(self) -> bool:
        """Return whether another message can be sent: a server may close a session that has nothing to do."""
        return self.is_usable and self._connection.is_quiet()

    def close(self) -> None:
        """End the session, with QUIT if the server still listens."""
        if self.is_usable:
            with suppress(NextHopDown):
                self._connection.write(b"QUIT\r\n", self._limits.quit)
                self._connection.reply(self._limits.quit)
        self.is_usable = False
        self._connection.close()

    def send(
        self,
        sender: str,
        recipients: Sequence[str],
        letter: Letter,
        *,
        before_end: BeforeEnd = lambda _: None,
        asked: DsnRequest = NOTHING_ASKED,
    ) -> dict[str, Result]:
        """Send a message and return the result for each recipient. Only one that is UNKNOWN may or may not have it.

        `before_end` is called with the recipients that the server accepted, before it gets the end of the message: up
        to then nobody has it. If that raises, the connection is cut, and the error goes on. What the sender `asked` for
        is passed on where the server offers DSN.
        """
        self._asked = asked if "DSN" in self._extensions else NOTHING_ASKED
        try:
            return self._transaction(sender, list(dict.fromkeys(recipients)), letter, before_end)
        except BaseException:
            self.is_usable = False
            self._connection.close()
            raise

    def _open(self, *, with_tls: bool) -> None:
        self._connection = Connection(self._hop.host, self._hop.port, self._limits)
        try:
            self._greet(with_tls=with_tls)
        except BaseException:
            self._connection.close()
            raise
        self.is_usable = True

    def _greet(self, *, with_tls: bool) -> None:
        if with_tls and self._hop.port == _IMPLICIT_TLS:
            self._encrypt()
            with_tls = False
        _good(self._connection.reply(self._limits.greeting), "the greeting")
        self._hello()
        if with_tls:
            if "STARTTLS" in self._extensions:
                _good(self._connection.command("STARTTLS"), "STARTTLS")
                self._encrypt()
                self._hello()
            elif self._is_verified:
                raise NextHopDown("the server offers no STARTTLS, and its route requires TLS")
        if self._hop.user:
            self._sign_in()

    def _encrypt(self) -> None:
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if not self._is_verified:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        elif self._hop.ca_file:
            try:
                context.load_verify_locations(cafile=self._hop.ca_file)
            except OSError as error:
                raise NextHopDown(f"ca_file can't be used: {error}") from error
        try:
            self._connection.start_tls(context, self._hop.host)
        except NextHopDown as error:
            raise _TlsFailed(str(error)) from error

    def _hello(self) -> None:
        reply = self._connection.command(f"{'LHLO' if self._lmtp else 'EHLO'} {self._name}")
        if 500 <= reply.code < 600 and not self._lmtp:
            reply, self._extensions = self._connection.command(f"HELO {self._name}"), {}
            _good(reply, "HELO")
            return
        _good(reply, "EHLO")
        self._extensions = {}
        for line in reply.lines[1:]:
            keyword, _, rest = line.partition(" ")
            self._extensions[keyword.upper()] = rest.strip()

    def _sign_in(self) -> None:
        known = self._extensions.get("AUTH", "").upper().split()
        user, password = self._hop.user, self._hop.password
        if "PLAIN" in known:
            word = _base64(f"\0{user}\0{password}")
            reply = self._connection.command(f"AUTH PLAIN {word}")
        elif "LOGIN" in known:
            reply = self._connection.command("AUTH LOGIN")
            for word in (user, password):
                if reply.code != 334:
                    break
                reply = self._connection.command(_base64(word))
        else:
            raise NextHopDown("the server offers no way to sign in that is known here (PLAIN, LOGIN)")
        _good(reply, "the sign-in")

    def _transaction(
        self, sender: str, recipients: list[str], letter: Letter, before_end: BeforeEnd
    ) -> dict[str, Result]:
        results = {one: found for one in recipients if (found := self._never(sender, one, letter)) is not None}
        waiting = [one for one in recipients if one not in results]
        if not waiting:
            return results
        ended: list[str] = []
        try:
            accepted = self._envelope(sender, waiting, letter, results)
            if not accepted:
                self._reset()
                return results
            use_bdat = self._uses_bdat(letter)
            refusal = self._content(letter, use_bdat=use_bdat)
            if refusal is not None:
                self._reset()
                return results | dict.fromkeys(accepted, refusal)
            before_end(accepted)
            ended = accepted
            self._connection.write(b"BDAT 0 LAST\r\n" if use_bdat else b".\r\n", self._limits.command)
            self._answers(accepted, results)
        except NextHopDown as error:
            self.is_usable = False
            self._connection.close()
            for one in waiting:
                lost = Outcome.UNKNOWN if one in ended else Outcome.DEFERRED
                results.setdefault(one, Result(lost, str(error)))
        return results

    def _never(self, sender: str, recipient: str, letter: Letter) -> Result | None:
        """Return why this can't be asked of the server at all, or None."""
        if not _is_address(recipient) or (sender and not _is_address(sender)):
            return Result(Outcome.REFUSED, "553 5.1.3 an address of the envelope is not one that SMTP can name")
        if not f"{sender}{recipient}".isascii() and "SMTPUTF8" not in self._extensions:
            return Result(Outcome.REFUSED, "553 5.6.7 the next hop takes no addresses beyond ASCII (SMTPUTF8)")
        largest = self._extensions.get("SIZE", "")
        size = len(letter.exact)
        if largest.isascii() and largest.isdecimal() and 0 < int(largest[:18]) < size:
            return Result(Outcome.REFUSED, f"552 5.3.4 the next hop takes {largest[:18]} bytes; the message has {size}")
        return None

    def _envelope(
        self, sender: str, recipients: Sequence[str], letter: Letter, results: dict[str, Result]
    ) -> list[str]:
        """Name sender and recipients. Return those that the server accepted, and add a result for each other one."""
        reply = self._connection.command(f"MAIL FROM:<{sender}>{self._mail_options(sender, recipients, letter)}")
        if not reply.is_good:
            results.update(dict.fromkeys(recipients, reply.as_result()))
            self._end_if_told(reply)
            return []
        accepted = []
        for recipient in recipients:
            reply = self._connection.command(f"RCPT TO:<{recipient}>{self._asked.of(recipient).parameters}")
            if reply.code == 421:
                raise NextHopDown(reply.words)
            if reply.is_good:
                accepted.append(recipient)
            else:
                results[recipient] = reply.as_result()
        return accepted

    def _mail_options(self, sender: str, recipients: Sequence[str], letter: Letter) -> str:
        options = ""
        if "SIZE" in self._extensions:
            options += f" SIZE={len(letter.exact)}"
        if self._uses_bdat(letter):
            options += " BODY=BINARYMIME"
        elif letter.is_eight_bit and "8BITMIME" in self._extensions:
            # Without the extension it is sent as it is, too: encoding it anew would break what its sender signed.
            options += " BODY=8BITMIME"
        if not (sender + "".join(recipients)).isascii():
            options += " SMTPUTF8"
        return options + self._asked.parameters

    def _uses_bdat(self, letter: Letter) -> bool:
        """Return whether the message goes by BDAT (RFC 3030): where DATA would have to change its lines."""
        return not letter.has_plain_lines and {"CHUNKING", "BINARYMIME"} <= self._extensions.keys()

    def _content(self, letter: Letter, *, use_bdat: bool) -> Result | None:
        """Send the content without its end. Return the server's refusal, or None."""
        if use_bdat:
            self._connection.write(f"BDAT {len(letter.exact)}\r\n".encode(), self._limits.command)
            self._connection.write_message(letter.exact)
            reply = self._connection.reply(self._limits.end)
            return None if reply.is_good else self._end_if_told(reply).as_result()
        reply = self._connection.command("DATA")
        if reply.code != 354:
            self._end_if_told(reply)
            if reply.is_good:
                raise NextHopDown("the server answered DATA with nonsense")
            return reply.as_result()
        self._connection.write_message(letter.lines)
        return None

    def _answers(self, accepted: Sequence[str], results: dict[str, Result]) -> None:
        """Read the answers to the end of the message: one, or with LMTP one for each accepted recipient."""
        for recipient in accepted if self._lmtp else accepted[:1]:
            reply = self._connection.reply(self._limits.end)
            result = replace(reply.as_result(), reports="DSN" in self._extensions)
            results.update(dict.fromkeys([recipient] if self._lmtp else accepted, result))
            self._end_if_told(reply)

    def _reset(self) -> None:
        if self.is_usable:
            try:
                _good(self._connection.command("RSET"), "RSET")
            except NextHopDown:
                self.is_usable = False
                self._connection.close()

    def _end_if_told(self, reply: Reply) -> Reply:
        """421 says that the server closes the connection (RFC 5321 3.8)."""
        if reply.code == 421:
            self.is_usable = False
        return reply


class _TlsFailed(NextHopDown):
    """No encrypted connection came about."""


def _good(reply: Reply, what: str) -> None:
    if not reply.is_good:
        raise NextHopDown(f"{what} was answered with {reply.words}")


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _is_address(text: str) -> bool:
    """Return whether a command can name the address: no sign of it ends the command, or the address."""
    if not text or len(text) > LONGEST_ADDRESS or not all(sign.isprintable() for sign in text):
        return False
    local = text.rpartition("@")[0] or text
    quoted = len(local) > 1 and local[0] == local[-1] == '"'
    return quoted or not any(sign in " <>" for sign in text)
