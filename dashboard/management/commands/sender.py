"""`manage.py sender`: sends what is in the outbox, until it is told to stop."""

import os
import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from dashboard.outbox.sender import SenderLoop


class Command(BaseCommand):
    """Send until SIGTERM or SIGINT."""

    help = "Sends what is in the outbox: mail, webhooks and event lines. Several may run, on several machines."

    def handle(self, *_args: Any, **_options: Any) -> None:
        loop = SenderLoop()

        def stop(_number: int, _frame: FrameType | None) -> None:
            loop.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        loop.run()
        # A receiver that hangs must not keep the process: what it was sent is sent again by the next one.
        os._exit(0)
