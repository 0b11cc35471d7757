"""`manage.py delivery`: hands mail on to next hops, until it is told to stop."""

import os
import signal
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from gateway.delivery.next_hop.connection import TimeLimits
from gateway.delivery.queue.loop import DeliveryLoop
from gateway.management.thread_turns import switch_soon


class Command(BaseCommand):
    """Send until SIGTERM or SIGINT."""

    help = "Hands mail on to next hops by SMTP and LMTP, as the routes say. Several may run, on several machines."

    def handle(self, *_args: Any, **_options: Any) -> None:
        switch_soon()
        seconds = float(settings.GATEWAY_NEXT_HOP_SECONDS)
        limits = TimeLimits(
            connect=min(TimeLimits.connect, seconds),
            greeting=seconds,
            command=seconds,
            block=seconds,
            end=float(settings.GATEWAY_NEXT_HOP_ANSWER_SECONDS),
        )
        loop = DeliveryLoop(lease=settings.GATEWAY_QUEUE_LEASE, limits=limits)

        def stop(_number: int, _frame: FrameType | None) -> None:
            loop.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        loop.run()
        # A next hop that hangs must not keep the process: what it was sent is sent again by the next one.
        os._exit(0)
