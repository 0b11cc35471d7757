"""SMTP and LMTP servers of the intake. aiosmtpd implements the protocol, and a few threads store the mail."""

import asyncio
from pathlib import Path

from django.conf import settings

from gateway.intake.client_commands import may_tell_clients, needs_proxy_line
from gateway.intake.connections import Connections, Doorkeeper
from gateway.intake.handler import make_handler
from gateway.intake.lmtp import IntakeLMTP
from gateway.intake.session import IntakeSMTP
from gateway.intake.tls import ServerCertificate


class Intake:
    """What all listeners of one process share: the handler with its spool, the limit of connections, the certificate.

    :raises OSError: the certificate can't be read.
    """

    def __init__(self) -> None:
        self.handler = make_handler()
        self.certificate = own_certificate()
        self.connections = Connections(
            in_all=settings.GATEWAY_SMTP_CONNECTIONS,
            for_each_peer=settings.GATEWAY_SMTP_CONNECTIONS_PER_PEER,
            is_own=lambda peer: self.handler.is_own(peer) or needs_proxy_line(peer) or may_tell_clients(peer),
        )

    async def serve(self, address: str, port: int, *, protocol: type[IntakeSMTP] = IntakeSMTP) -> asyncio.Server:
        """Start a server for SMTP, or for LMTP, and return it.

        :raises OSError: the port is taken.
        """
        loop = asyncio.get_running_loop()

        def session() -> IntakeSMTP:
            return protocol(
                self.handler,
                self.connections,
                tls_context=None if self.certificate is None else self.certificate.context(),
                data_size_limit=settings.GATEWAY_MAX_MESSAGE_BYTES,
                enable_SMTPUTF8=True,
                ident="Gatehouse",
                hostname="gatehouse.invalid",
                loop=loop,
            )

        return await loop.create_server(lambda: Doorkeeper(self.connections, session), address, port, backlog=256)


async def serve(address: str, port: int, lmtp_port: int = 0) -> list[asyncio.Server]:
    """Start the SMTP server on `address` and `port`, and the one for LMTP if it has a port, and return them.

    :raises OSError: a port is taken, or the certificate can't be read.
    """
    intake = Intake()
    servers = [await intake.serve(address, port)]
    if lmtp_port:
        servers.append(await intake.serve(address, lmtp_port, protocol=IntakeLMTP))
    return servers


def own_certificate() -> ServerCertificate | None:
    """Return the certificate of STARTTLS, or None if the operator has named none: then it is not offered.

    :raises OSError: if the certificate or its key can't be read.
    """
    if not settings.GATEWAY_SMTP_CERTIFICATE:
        return None
    key = settings.GATEWAY_SMTP_KEY
    return ServerCertificate(Path(settings.GATEWAY_SMTP_CERTIFICATE), Path(key) if key else None)
