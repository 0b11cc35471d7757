"""`manage.py smtp_intake`: receives mail by SMTP and LMTP."""

import asyncio
import logging
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from gateway.intake.server import serve
from gateway.management.thread_turns import switch_soon


class Command(BaseCommand):
    """Serve SMTP until SIGINT or SIGTERM."""

    help = "Takes mail in by SMTP. A message is acknowledged when it is stored, and not before."

    def handle(self, *_args: Any, **_options: Any) -> None:
        switch_soon()
        asyncio.run(_until_told(settings.SMTP_BIND, settings.SMTP_PORT, settings.LMTP_PORT))


async def _until_told(address: str, port: int, lmtp_port: int) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    servers = await serve(address, port, lmtp_port)
    logging.getLogger(__name__).info("taking mail in on %s port %s", address, port)
    if lmtp_port:
        logging.getLogger(__name__).info("taking mail in by LMTP on %s port %s", address, lmtp_port)
    await stopping.wait()
    for server in servers:
        server.close()
    # A sender that waits for an acknowledgement gets none and sends the message again. No acknowledged mail is lost.
