"""Decides what an SMTP session is told: which recipients are accepted, if there is room, if mail is stored."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from aiosmtpd.proxy_protocol import ProxyData
from aiosmtpd.smtp import Session
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import close_old_connections

from disk_space import is_disk_full
from gateway.detect import Envelope
from gateway.intake import limits
from gateway.intake.client_commands import may_tell_clients
from gateway.intake.notifications import request_of
from gateway.intake.peers import Network, is_loopback, lies_in_network
from gateway.intake.recipients import Recipients
from gateway.intake.replies import keywords
from gateway.intake.session import NO_ROOM, IntakeEnvelope
from gateway.intake.spool import Spool, SpooledMessage
from gateway.intake.storing_together import keep_together
from gateway.intake.told_clients import ToldClient
from gateway.intake.wrapped import NOT_READ, mode_of, unwrapped
from gateway.mail.notification_request import DsnRequest
from gateway.mail.received import is_public_ip
from gateway.mail.same_mailbox import distinct
from gateway.metrics import MAIL_REFUSED
from gateway.pipeline import Accepted, accept
from gateway.routes.route import RouteInvalid
from gateway.store.free_space import has_room

logger = logging.getLogger(__name__)

T = TypeVar("T")
_TRY_AGAIN = "451 4.3.0 not possible at the moment, try again later"


class IntakeHandler:
    """Handles SMTP transactions: replies 250 when the message is on disk, 4xx when the sender has to retry.

    `own` are the networks of the organisation's own peers.
    """

    def __init__(self, *, spool: Spool, own: tuple[Network, ...], recipients: Recipients) -> None:
        self._spool = spool
        self._own = own
        self._recipients = recipients
        self._threads = ThreadPoolExecutor(limits.STORED_AT_ONCE, thread_name_prefix="intake")
        # Recipients are looked up apart, so that mail which is slow to read keeps no other sender waiting.
        self._lookups = ThreadPoolExecutor(1, thread_name_prefix="intake-recipients")

    def is_own(self, peer: str) -> bool:
        """Return whether the peer is one of the organisation's."""
        return lies_in_network(peer, self._own)

    def spool_for(self, peer: str) -> SpooledMessage | None:
        """Return a file for a message of this peer, or None if there is no room for it."""
        is_own = self.is_own(peer)
        try:
            if has_room() and self._spool.fits(limits.BUFFERED, peer, is_own=is_own):
                return self._spool.open(peer, is_own=is_own)
        except OSError:
            logger.exception("the folder of unfinished messages can't be written")
        return None

    async def handle_EHLO(  # noqa: N802 - aiosmtpd names its hooks after the commands
        self, server: Any, session: Session, _envelope: IntakeEnvelope, name: str, offered: list[str]
    ) -> list[str]:
        """Return the lines that answer EHLO."""
        session.host_name = name
        return keywords(offered, believed=may_tell_clients(server.connected))

    async def handle_exception(self, error: Exception) -> str:
        """Reply to a command that failed: the sender keeps its mail, tries again, and is not told the cause."""
        logger.error("a command failed", exc_info=error)
        return _TRY_AGAIN

    async def handle_PROXY(  # noqa: N802 - see above
        self, server: Any, _session: Session, _envelope: IntakeEnvelope, told: ProxyData
    ) -> bool:
        """Make the session that of the client whom the proxy names."""
        return bool(server.takes_proxy(told))

    async def handle_MAIL(  # noqa: N802 - see above
        self, server: Any, _session: Session, envelope: IntakeEnvelope, address: str, options: list[str]
    ) -> str:
        """Accept a sender, unless there is no room for the message that it announces."""
        if not server.peer:
            return "550 5.7.1 the proxy has not said whose mail this is"
        sizes = [option.partition("=")[2] for option in options if option.startswith("SIZE=")]
        size = int(sizes[0]) if sizes and sizes[0].isdecimal() else 0
        try:
            fits = has_room(size) and self._spool.fits(size, server.peer, is_own=self.is_own(server.peer))
        except OSError:
            fits = False
        if not fits:
            return NO_ROOM
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        envelope.asked = server.asked
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 - see above
        self, server: Any, session: Session, envelope: IntakeEnvelope, address: str, options: list[str]
    ) -> str:
        """Accept a recipient of a protected domain; one of the organisation's own peers may name any."""
        is_own = self.is_own(server.peer)
        if len(envelope.rcpt_tos) >= limits.RECIPIENTS:
            return "452 4.5.3 too many recipients"
        if len(address) > limits.LONGEST_ADDRESS or ("@" not in address and address.lower() != "postmaster"):
            return _refused(session, "553 5.1.3 not an address")
        sender = envelope.mail_from or ""
        try:
            refusal = await _in_thread(
                self._lookups,
                lambda: (
                    self._recipients.refusal_to_leave(address, sender=sender)
                    if is_own
                    else self._recipients.refusal(
                        address, peer=server.peer, sender=sender, is_tls=session.ssl is not None
                    )
                ),
            )
        except (DatabaseError, OSError, RouteInvalid):
            logger.exception("a recipient could not be looked up; the sender was asked to try again")
            return _TRY_AGAIN
        if refusal is not None:
            return _refused(session, refusal)
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        envelope.asked_for.setdefault(address, server.asked)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: IntakeEnvelope) -> str:  # noqa: N802 - see above
        """Store the message and acknowledge it. The spooled file is dropped afterwards."""
        spooled = envelope.spooled
        assert spooled is not None  # noqa: S101 - the session has received it
        is_own = self.is_own(server.peer)
        told: ToldClient | None = server.forwarded
        # What our own server relays came from the outside server that XFORWARD or its Received fields name.
        is_relayed = is_own or is_loopback(server.peer) or told is not None
        address = server.peer if not is_relayed else told.address if told and is_public_ip(told.address) else ""
        facts = Envelope(
            # A bounce has the null sender, which aiosmtpd passes on as "<>".
            mail_from="" if envelope.mail_from in {None, "<>"} else str(envelope.mail_from),
            recipients=distinct(envelope.rcpt_tos),
            client_ip=address,
            helo=(told.helo if told and address else server.told_helo) or str(session.host_name or ""),
            from_own_peer=is_own,
            is_direct=not is_relayed,
            is_tls=None if is_relayed else session.ssl is not None,
            received_with=_received_with(server.protocol, session, envelope),
        )
        asked = request_of(envelope.asked, envelope.asked_for)
        try:
            stored_id = await _in_thread(self._threads, lambda: _store(spooled, facts, asked), finally_=spooled.close)
        except Exception as error:
            MAIL_REFUSED.inc()
            if is_disk_full(error):
                logger.error("a message from <%s> was not stored: %s", facts.mail_from, error)
                return NO_ROOM
            logger.exception("a message from <%s> was not stored; its sender was asked to try again", facts.mail_from)
            return "451 4.3.0 not stored, try again later"
        return f"250 2.0.0 OK: stored as {stored_id}"


def _refused(session: Any, reply: str) -> str:
    """Count a refused recipient. Who names many that don't exist is looking for those that do, and is sent away."""
    session.refusals = getattr(session, "refusals", 0) + 1
    return reply if session.refusals <= limits.REFUSALS else "421 4.7.0 too many recipients were refused"


def _received_with(protocol: str, session: Session, envelope: IntakeEnvelope) -> str:
    """Return the protocol as the trace field names it (RFC 3848, RFC 6531 4.3)."""
    if not session.extended_smtp:
        return protocol
    name = f"UTF8{protocol}" if envelope.smtp_utf8 else protocol if protocol == "LMTP" else f"E{protocol}"
    return f"{name}S" if session.ssl is not None else name


async def _in_thread(
    threads: ThreadPoolExecutor, call: Callable[[], T], finally_: Callable[[], None] = lambda: None
) -> T:
    """Return what the call returns in a thread. `finally_` is called in the end, also if the call is never begun."""
    loop = asyncio.get_running_loop()
    future = threads.submit(call)

    def done(_future: object) -> None:
        with contextlib.suppress(RuntimeError):  # The loop has ended, and the process does.
            loop.call_soon_threadsafe(finally_)

    future.add_done_callback(done)
    return await asyncio.wrap_future(future)


def _store(spooled: SpooledMessage, envelope: Envelope, asked: DsnRequest) -> str:
    close_old_connections()
    try:
        return _accepted(spooled.content(), envelope, asked).message.postfix_id
    finally:
        # Django closes old connections (CONN_MAX_AGE) after a request only. In this thread it has to be done here.
        close_old_connections()


def _accepted(raw: bytes, envelope: Envelope, asked: DsnRequest) -> Accepted:
    """Store a message; of a journal report or a blind copy, the message that it holds, as others have delivered it."""
    if not mode_of(envelope):
        return accept(raw, envelope, asked=asked, keep=keep_together)
    copy = unwrapped(raw, envelope)
    if copy is None:
        logger.warning("a journal report of %s could not be read, and is stored whole", envelope.mail_from)
        return accept(raw, envelope, defect=NOT_READ, asked=asked, keep=keep_together)
    return accept(copy.raw, copy.envelope, delivery_mode=copy.delivery_mode, keep=keep_together)


def make_handler() -> IntakeHandler:
    """Return the handler that the settings describe."""
    in_all, largest = settings.GATEWAY_SMTP_SPOOL_BYTES, settings.GATEWAY_MAX_MESSAGE_BYTES
    return IntakeHandler(
        spool=Spool(settings.GATEHOUSE_HOME / "spool", in_all, max(in_all // 4, min(largest, in_all))),
        own=settings.GATEWAY_RELAY_NETWORKS,
        recipients=Recipients(),
    )
