"""`manage.py prepare`: run all setup steps that the services need before they start."""

import signal
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from dashboard.metrics.serving import forget_metrics


class Command(BaseCommand):
    """Run all setup steps in one process, since a separate process for each would take a second longer.

    A signal stops the command after the current step. A step that is killed leaves no partial result: database changes
    are transactional, static files are copied again at each start, and the other steps document their own behaviour.
    The next start runs the remaining steps.
    """

    help = "Sets up the databases, the static files, the first people and the embedded gateway. Safe to run again."
    _is_stopping = False

    def handle(self, *_args: Any, **_options: Any) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        forget_metrics()
        for name, options in _steps():
            if self._is_stopping:
                raise SystemExit(1)
            call_command(name, **options)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._is_stopping = True


def _steps() -> list[tuple[str, dict[str, Any]]]:
    steps: list[tuple[str, dict[str, Any]]] = [
        ("migrate", {"database": "default", "verbosity": 0}),
        ("collectstatic", {"interactive": False, "verbosity": 0, "clear": True}),
        ("prepare_console", {}),
    ]
    if settings.GATEWAY_EMBEDDED:
        # run.json shows a token that the gateway makes.
        steps[1:1] = [
            ("migrate", {"database": "gateway", "verbosity": 0}),
            ("prepare_gateway", {"tokens_only": True}),
        ]
        steps.append(("prepare_gateway", {}))
    return steps
