"""`manage.py metrics`: serve the metrics for Prometheus until the process is ended."""

import signal
import threading
from types import FrameType
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dashboard.metrics.serving import application
from dashboard.metrics.wsgi_server import MetricsServer


class _Quiet(WSGIRequestHandler):
    timeout = 5

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: a scrape every few seconds is no news."""


class Command(BaseCommand):
    """Serve /metrics on GATEHOUSE_METRICS_BIND and GATEHOUSE_METRICS_PORT."""

    help = "Serves the metrics for Prometheus. `manage.py run` starts it if GATEHOUSE_METRICS_PORT is set."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.GATEHOUSE_METRICS_PORT:
            raise CommandError("GATEHOUSE_METRICS_PORT is 0, so there are no metrics.")
        bind = (settings.GATEHOUSE_METRICS_BIND, settings.GATEHOUSE_METRICS_PORT)
        server = make_server(*bind, application(), server_class=MetricsServer, handler_class=_Quiet)

        def stop(_number: int, _frame: FrameType | None) -> None:
            threading.Thread(target=server.shutdown, daemon=True).start()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        with server:
            server.serve_forever()
