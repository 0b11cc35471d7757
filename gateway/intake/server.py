"""SMTP intake server. aiosmtpd implements the protocol, and a few threads store the mail."""

import asyncio
import ipaddress
import logging
from concurrent.futures import ThreadPoolExecutor

from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as SmtpEnvelope
from django.conf import settings
from django.db import close_old_connections

from gateway.detect import Envelope
from gateway.mail.same_mailbox import distinct
from gateway.metrics import MAIL_REFUSED
from gateway.pipeline import accept

logger = logging.getLogger(__name__)

MOST_RECIPIENTS = 1000
_STORED_AT_ONCE = 4
# RFC 5321 allows 1,000 octets. Some mail programs send longer lines, and their mail is accepted.
_LONGEST_LINE = 1024 * 1024
_POSTMASTER = "<postmaster>"


class IntakeSMTP(SMTP):
    """SMTP session that accepts lines of up to 1 MiB, and the recipient `postmaster` without a domain."""

    line_length_limit = _LONGEST_LINE

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Return the address of a command and what follows it. RFC 5321 4.5.1 has `<postmaster>` stand alone."""
        if arg[: len(_POSTMASTER)].lower() == _POSTMASTER:
            return arg[1 : len(_POSTMASTER) - 1], arg[len(_POSTMASTER) :]
        address, rest = super()._getaddr(arg)
        return address, rest


class IntakeHandler:
    """Handles SMTP transactions: replies 250 when the message is on disk, 451 when the sender has to retry."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_STORED_AT_ONCE, thread_name_prefix="intake")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names its hooks after the commands
        self, _server: SMTP, _session: Session, envelope: SmtpEnvelope, address: str, options: list[str]
    ) -> str:
        """Accept a recipient, unless the limit of recipients is reached or the address is invalid."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 too many recipients"
        if len(address) > 320 or ("@" not in address and address.lower() != "postmaster"):
            return "553 5.1.3 not an address"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: SmtpEnvelope) -> str:  # noqa: N802 - see above
        """Store the message and acknowledge it."""
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        facts = Envelope(
            # A bounce has the null sender, which aiosmtpd passes on as "<>".
            mail_from="" if envelope.mail_from in {None, "<>"} else str(envelope.mail_from),
            recipients=distinct(envelope.rcpt_tos),
            client_ip=_outside(session.peer[0]) if session.peer else "",
            helo=str(session.host_name or ""),
        )
        loop = asyncio.get_running_loop()
        try:
            stored_id = await loop.run_in_executor(self._threads, _store, raw, facts)
        except Exception:
            MAIL_REFUSED.inc()
            logger.exception("a message from <%s> was not stored; its sender was asked to try again", facts.mail_from)
            return "451 4.3.0 not stored, try again later"
        return f"250 2.0.0 OK: stored as {stored_id}"


def _store(raw: bytes, envelope: Envelope) -> str:
    close_old_connections()
    try:
        return accept(raw, envelope).message.postfix_id
    finally:
        # Django closes old connections (CONN_MAX_AGE) after a request only. In this thread it has to be done here.
        close_old_connections()


def _outside(address: str) -> str:
    """Return the peer's address, or "" for a loopback address: such mail was relayed by this machine."""
    try:
        return "" if ipaddress.ip_address(address).is_loopback else address
    except ValueError:
        return ""


async def serve(address: str, port: int) -> asyncio.Server:
    """Start the SMTP server on `address` and `port`, and return it."""
    handler = IntakeHandler()

    def session() -> SMTP:
        return IntakeSMTP(
            handler,
            data_size_limit=settings.GATEWAY_MAX_MESSAGE_BYTES,
            enable_SMTPUTF8=True,
            ident="Gatehouse",
            hostname="gatehouse.invalid",
        )

    return await asyncio.get_running_loop().create_server(session, address, port)
