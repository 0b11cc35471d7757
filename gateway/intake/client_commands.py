"""Commands by which a named server in front says whose mail it hands in: XCLIENT, XFORWARD and the PROXY protocol.

XCLIENT and PROXY make the session that of the client: its address decides what is allowed. XFORWARD tells where a
relay, which has taken the message already, got it from: the relay's own rights stay. From servers that the operator
has not named, none of the three is listened to.
"""

import logging
from typing import Any, Final

from aiosmtpd.proxy_protocol import AF, V2_CMD, ProxyData
from aiosmtpd.smtp import SMTP, syntax
from django.conf import settings

from gateway.intake.connections import TOO_MANY, Connections
from gateway.intake.peers import lies_in_network
from gateway.intake.told_clients import XCLIENT, XFORWARD, NotUnderstood, ToldClient, address_of, attributes

logger = logging.getLogger(__name__)

_NOT_ALLOWED: Final = "550 5.7.0 this server does not take that from you"
_NOT_NOW: Final = "503 5.5.1 not within a transaction"
_SYNTAX: Final = "501 5.5.4 attributes are not understood"


def needs_proxy_line(peer: str) -> bool:
    """Return whether each connection of the peer begins with the PROXY protocol."""
    return lies_in_network(peer, settings.GATEWAY_PROXY_NETWORKS)


def may_tell_clients(peer: str) -> bool:
    """Return whether the peer is believed whose mail it hands in."""
    return lies_in_network(peer, settings.GATEWAY_XCLIENT_NETWORKS)


class ClientCommands(SMTP):
    """A session whose client may be another than its peer.

    `connected` is the peer's address, `peer` that of the client whose rights hold, "" if only a proxy knows it.
    `told_helo` is the client's HELO name as XCLIENT said it, `forwarded` where a relay got the message from.
    """

    envelope: Any
    transport: Any
    session: Any
    connected: str
    peer: str
    told_helo: str
    forwarded: ToldClient | None
    connections: Connections

    @syntax("XCLIENT attribute=value...")
    async def smtp_XCLIENT(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd finds commands by these names
        """Begin the session anew as that of another client (https://www.postfix.org/XCLIENT_README.html)."""
        if not may_tell_clients(self.connected):
            await self.push(_NOT_ALLOWED)
            return
        if self.envelope.mail_from is not None:
            await self.push(_NOT_NOW)
            return
        try:
            found = attributes(arg or "", XCLIENT)
            address = address_of(found.get("ADDR", ""))
        except NotUnderstood:
            await self.push(_SYNTAX)
            return
        if "ADDR" in found:
            if not address:
                # Mail of an unknown server would be judged by what its sender wrote.
                await self.push("501 5.5.4 ADDR has to be known")
                return
            if not self.becomes(address):
                await self.push(TOO_MANY.decode().rstrip())
                return
        self.told_helo = found.get("HELO", self.told_helo)
        self.forwarded = None
        self._set_rset_state()  # type: ignore[no-untyped-call]
        self.session.host_name, self.session.extended_smtp = None, False
        await self.push(f"220 {self.hostname} {self.__ident__}")

    @syntax("XFORWARD attribute=value...")
    async def smtp_XFORWARD(self, arg: str | None) -> None:  # noqa: N802 - see above
        """Note where the relay got the next messages from (https://www.postfix.org/XFORWARD_README.html)."""
        if not may_tell_clients(self.connected):
            await self.push(_NOT_ALLOWED)
            return
        if self.envelope.mail_from is not None:
            await self.push(_NOT_NOW)
            return
        try:
            found = attributes(arg or "", XFORWARD)
            address = address_of(found["ADDR"]) if "ADDR" in found else None
        except NotUnderstood:
            await self.push(_SYNTAX)
            return
        # Postfix sends what does not fit into one command in a second one.
        known = self.forwarded or ToldClient()
        self.forwarded = ToldClient(known.address if address is None else address, found.get("HELO", known.helo))
        await self.push("250 2.0.0 OK")

    @syntax("PROXY")
    async def smtp_PROXY(self, _arg: str | None) -> None:  # noqa: N802 - see above
        """Refuse the PROXY protocol of a server that is not named, and end its connection."""
        logger.warning("%s speaks the PROXY protocol, and is not in GATEWAY_PROXY_NETWORKS", self.connected)
        await self.push(_NOT_ALLOWED)
        self.transport.close()

    def takes_proxy(self, told: ProxyData) -> bool:
        """Take over the client that the PROXY protocol names; return False if there is no room for it.

        A proxy that speaks for itself (its health check), or for nobody it knows, is greeted and may send no mail.
        """
        names_one = told.family in {AF.INET, AF.INET6} and told.command in {None, V2_CMD.PROXY}
        if self.becomes(str(told.src_addr) if names_one else ""):
            return True
        self.transport.write(TOO_MANY)
        return False

    def becomes(self, address: str) -> bool:
        """Count the connection as the client's from now on; return False if the client has too many."""
        self.connections.remove(self)  # type: ignore[arg-type]
        if address and not self.connections.admits(address):
            return False
        self.peer = address
        self.connections.add(self)  # type: ignore[arg-type]
        return True
