"""`manage.py smtp_intake`: takes mail in by SMTP."""

import asyncio
import logging
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from gateway.intake.server import serve


class Command(BaseCommand):
    """Serve SMTP until told to stop."""

    help = "Takes mail in by SMTP. A message is acknowledged when it is stored, and not before."

    def handle(self, *_args: Any, **_options: Any) -> None:
        asyncio.run(_until_told(settings.SMTP_BIND, settings.SMTP_PORT))


async def _until_told(address: str, port: int) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    server = await serve(address, port)
    logging.getLogger(__name__).info("taking mail in on %s port %s", address, port)
    await stopping.wait()
    server.close()
    # Whoever waits for an acknowledgement gets none and sends again; nothing that was acknowledged is lost.
