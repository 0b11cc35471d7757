"""SMTP intake server. aiosmtpd implements the protocol, and a few threads store the mail."""

import asyncio
from pathlib import Path

from django.conf import settings

from gateway.intake.client_commands import may_tell_clients, needs_proxy_line
from gateway.intake.connections import Connections, Doorkeeper
from gateway.intake.handler import make_handler
from gateway.intake.session import IntakeSMTP
from gateway.intake.tls import ServerCertificate


async def serve(address: str, port: int) -> asyncio.Server:
    """Start the SMTP server on `address` and `port`, and return it.

    :raises OSError: if the port is taken, or the certificate can't be read.
    """
    handler = make_handler()
    connections = Connections(
        in_all=settings.GATEWAY_SMTP_CONNECTIONS,
        for_each_peer=settings.GATEWAY_SMTP_CONNECTIONS_PER_PEER,
        is_own=lambda peer: handler.is_own(peer) or needs_proxy_line(peer) or may_tell_clients(peer),
    )
    loop = asyncio.get_running_loop()
    certificate = own_certificate()

    def session() -> IntakeSMTP:
        return IntakeSMTP(
            handler,
            connections,
            tls_context=None if certificate is None else certificate.context(),
            data_size_limit=settings.GATEWAY_MAX_MESSAGE_BYTES,
            enable_SMTPUTF8=True,
            ident="Gatehouse",
            hostname="gatehouse.invalid",
            loop=loop,
        )

    return await loop.create_server(lambda: Doorkeeper(connections, session), address, port, backlog=256)


def own_certificate() -> ServerCertificate | None:
    """Return the certificate of STARTTLS, or None if the operator has named none: then it is not offered.

    :raises OSError: if the certificate or its key can't be read.
    """
    if not settings.GATEWAY_SMTP_CERTIFICATE:
        return None
    key = settings.GATEWAY_SMTP_KEY
    return ServerCertificate(Path(settings.GATEWAY_SMTP_CERTIFICATE), Path(key) if key else None)
