"""SMTP intake server. aiosmtpd implements the protocol, and a few threads store the mail."""

import asyncio
import ssl

from django.conf import settings

from gateway.intake.connections import Connections, Doorkeeper
from gateway.intake.handler import make_handler
from gateway.intake.session import IntakeSMTP


async def serve(address: str, port: int) -> asyncio.Server:
    """Start the SMTP server on `address` and `port`, and return it.

    :raises OSError: if the port is taken, or the certificate can't be read.
    """
    handler = make_handler()
    connections = Connections(
        in_all=settings.GATEWAY_SMTP_CONNECTIONS,
        for_each_peer=settings.GATEWAY_SMTP_CONNECTIONS_PER_PEER,
        is_own=handler.is_own,
    )
    loop = asyncio.get_running_loop()
    context = tls_context()

    def session() -> IntakeSMTP:
        return IntakeSMTP(
            handler,
            connections,
            tls_context=context,
            data_size_limit=settings.GATEWAY_MAX_MESSAGE_BYTES,
            enable_SMTPUTF8=True,
            ident="Gatehouse",
            hostname="gatehouse.invalid",
            loop=loop,
        )

    return await loop.create_server(lambda: Doorkeeper(connections, session), address, port, backlog=256)


def tls_context() -> ssl.SSLContext | None:
    """Return what STARTTLS uses, or None if the operator has named no certificate: then it is not offered.

    :raises OSError: if the certificate or its key can't be read.
    """
    if not settings.GATEWAY_SMTP_CERTIFICATE:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(settings.GATEWAY_SMTP_CERTIFICATE, settings.GATEWAY_SMTP_KEY or None)
    return context
