"""SMTP intake server. aiosmtpd implements the protocol, and a few threads store the mail."""

import asyncio

from django.conf import settings

from gateway.intake.connections import Connections, Doorkeeper
from gateway.intake.handler import make_handler
from gateway.intake.session import IntakeSMTP


async def serve(address: str, port: int) -> asyncio.Server:
    """Start the SMTP server on `address` and `port`, and return it."""
    handler = make_handler()
    connections = Connections(
        in_all=settings.GATEWAY_SMTP_CONNECTIONS,
        for_each_peer=settings.GATEWAY_SMTP_CONNECTIONS_PER_PEER,
        is_own=handler.is_own,
    )
    loop = asyncio.get_running_loop()

    def session() -> IntakeSMTP:
        return IntakeSMTP(
            handler,
            connections,
            data_size_limit=settings.GATEWAY_MAX_MESSAGE_BYTES,
            enable_SMTPUTF8=True,
            ident="Gatehouse",
            hostname="gatehouse.invalid",
            loop=loop,
        )

    return await loop.create_server(lambda: Doorkeeper(connections, session), address, port, backlog=256)
